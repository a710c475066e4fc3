/** Gestures on their way into the offer, through the organisation's own change procedure. */
import { Link } from '@tanstack/react-router';
import { client, type Schemas } from '../../api/client';
import { useGestures, useProposals, useRoles, useSession } from '../../api/queries';
import { useWrite } from '../../api/write';
import { authored, Choice, Form, optionsOf, Select, TextArea, TextField, wordsBy } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Disclosure, Loaded, Page } from '../../parts/page';
import { personName, Quote } from '../../parts/record';
import { say, words } from '../../words';

type Proposal = Schemas['Proposal'];
const w = words.proposals;

const useMove = (id: string) =>
  useWrite<Schemas['ProposalMove'], Proposal>((body, header) =>
    client.POST('/api/v1/proposals/{id}/move', { params: { path: { id }, header }, body }));

const usePropose = () =>
  useWrite<Schemas['NewProposal'], Proposal>((body, header) => client.POST('/api/v1/proposals', { params: { header }, body }));

/** The states that a proposal usually goes to next stand first; the server's procedure decides. */
export function nextStates(state: string): string[] {
  const path = ['suggested', 'submitted', 'under review', 'on trial', 'adopted'];
  const later = path.slice(path.indexOf(state) + 1);
  return [...later, 'declined'];
}

function Move({ one, title }: { one: Proposal; title: string }) {
  const move = useMove(one.id);
  const states = nextStates(one.state);
  return (
    <Form key={one.state} write={move} submit={w.submit}
          send={(values) => {
            const state = values.text('/state') as Schemas['ProposalMove']['state'];
            const adopted = state === 'adopted';
            return {
              state,
              words: authored(values.text('/words')),
              promise: adopted ? values.text('/promise') : undefined,
              standard_minutes: adopted ? values.integer('/standard_minutes') : undefined,
            };
          }}>
      <Choice name="/state" label={w.to} options={optionsOf(words.proposalState, states)} defaultValue={states[0]} required />
      <div className="if-adopted">
        <TextArea name="/promise" label={w.promise} hint={w.promiseHint} defaultValue={one.kind === 'routine' ? title : undefined} />
        <TextField name="/standard_minutes" label={w.standard} type="number" size="short" />
      </div>
      <TextArea name="/words" label={w.moveWords} rows={1} />
    </Form>
  );
}

function Figures({ one }: { one: Proposal }) {
  const format = useFormat();
  return (
    <>
      <p>{format.sentence(one.evidence)}</p>
      <dl className="figures">
        <div><dt>{w.uses}</dt><dd>{one.uses}</dd></div>
        <div><dt>{w.customers}</dt><dd>{one.customers}</dd></div>
        <div><dt>{w.valued}</dt><dd>{one.valued}</dd></div>
        <div><dt>{w.cost}</dt><dd>{format.money(one.cost)}</dd></div>
      </dl>
      {one.capacity && <p>{format.sentence(one.capacity)}</p>}
      {one.record_shows && <Disclosure summary={w.recordShows}><p>{one.record_shows}</p></Disclosure>}
    </>
  );
}

function ProposalCard({ one }: { one: Proposal }) {
  const manages = useRoles().has('manager');
  const gestures = useGestures();
  const format = useFormat();
  const { person } = useSession();
  const title = gestures.data?.find((gesture) => gesture.code === one.gesture)?.title ?? one.gesture ?? say(words.proposalKind, one.kind);
  const ended = one.state === 'adopted' || one.state === 'declined';
  return (
    <li className="card" id={`record-${one.id}`} tabIndex={-1}>
      <p className="over">{say(words.proposalKind, one.kind)}</p>
      <div className="card-head"><h2>{title}</h2><span className="tag" role="status">{say(words.proposalState, one.state)}</span></div>
      {one.raised_by === 'record' ? <p>{say(w.raisedByRecord, one.kind)}</p> : <Quote words={one.words} label={`${personName(one.recorded_by, person.id)}:`} />}
      <Figures one={one} />
      {one.state === 'adopted' && <p className="notice">{w.became} <Link to="/offer">{w.seeOffer}</Link></p>}
      {one.steps.length > 0 && (
        <Disclosure summary={w.history}>
          <ol className="history">
            {one.steps.map((step) => (
              <li key={step.occurred_at + step.to}>
                <strong>{say(words.proposalState, step.to)}</strong> <span className="stamp">{personName(step.by, person.id)}, {format.time(step.occurred_at)}</span>
                <Quote words={step.words} />
              </li>
            ))}
          </ol>
        </Disclosure>
      )}
      {manages && !ended && <Disclosure summary={w.move}><Move one={one} title={title} /></Disclosure>}
    </li>
  );
}

function Suggest() {
  const propose = usePropose();
  const gestures = useGestures();
  return (
    <Form write={propose} kind="plain" submit={words.use.routineSubmit}
          send={(values) => ({
            kind: values.text('/kind') as Schemas['NewProposal']['kind'],
            gesture: values.text('/gesture'),
            words: wordsBy(values.text('/words')),
          })}>
      <Choice name="/kind" label={w.kind} options={optionsOf(words.proposalKind)} defaultValue="routine" required />
      <Select name="/gesture" label={w.gesture} none={words.offer.none_}
              options={(gestures.data ?? []).filter((one) => one.state === 'active' && !one.routine).map((one) => [one.code, one.title])} />
      <TextArea name="/words" label={w.words} required />
    </Form>
  );
}

export function ProposalsScreen() {
  const proposals = useProposals();
  return (
    <Page title={w.title} lead={w.lead}>
      <Loaded query={proposals}>
        {({ items }) => items.length === 0 ? <p className="empty">{w.empty}</p> : (
          <ul className="card-list">{items.map((one) => <ProposalCard key={one.id} one={one} />)}</ul>
        )}
      </Loaded>
      <Disclosure className="card" summary={w.suggest}><Suggest /></Disclosure>
    </Page>
  );
}
