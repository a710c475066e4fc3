/** Gestures on their way into the offer, through the organisation's own change procedure. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { client, type Schemas } from '../../api/client';
import { useGestures, usePeople, useProposals, useSession } from '../../api/queries';
import { useWrite } from '../../api/write';
import { authored, Choice, Form, optionsOf, Select, TextArea, TextField, wordsBy } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Disclosure, Loaded, Page } from '../../parts/page';
import { personName, Quote } from '../../parts/record';
import { say, words } from '../../words';
import { Figures, TrialView } from './figures';
import { ImprovementView } from './improvement';

type Proposal = Schemas['Proposal'];
const w = words.proposals;

const useMove = (id: string) =>
  useWrite<Schemas['ProposalMove'], Proposal>((body, header) =>
    client.POST('/api/v1/proposals/{id}/move', { params: { path: { id }, header }, body }));

const usePropose = () =>
  useWrite<Schemas['NewProposal'], Proposal>((body, header) => client.POST('/api/v1/proposals', { params: { header }, body }));

/** Whose trial, until when, and who owns it; what is left open is everybody's, for four weeks, by who takes the step. */
function TrialFields() {
  const people = usePeople().data ?? [];
  const teams = [...new Set(people.map(({ team }) => team))].sort();
  return (
    <>
      <Select name="/trial/team" label={w.trialTeam} none={w.everybody} options={teams.map((team) => [team, team])} />
      <TextField name="/trial/until" label={w.trialUntil} hint={w.trialUntilHint} type="datetime-local" size="short" />
      <Select name="/trial/owner" label={w.trialOwner} none={w.me} options={people.map(({ id, display_name }) => [id, display_name ?? id])} />
    </>
  );
}

function Move({ one, title }: { one: Proposal; title: string }) {
  const move = useMove(one.id);
  const [to, setTo] = useState(one.moves[0]?.to);
  const chosen = one.moves.find((step) => step.to === to);
  return (
    <Form write={move} submit={w.submit}
          send={(values) => ({
            state: values.text('/state')!,
            words: authored(values.text('/words')),
            promise: values.text('/promise'),
            standard_minutes: values.integer('/standard_minutes'),
            trial: chosen?.is === 'trial'
              ? { team: values.text('/trial/team'), until: values.instant('/trial/until'), owner: values.text('/trial/owner') }
              : undefined,
          })}>
      <Choice name="/state" label={w.to} options={optionsOf(words.proposalState, one.moves.map((step) => step.to))}
              defaultValue={to} onChange={setTo} required />
      {chosen?.is === 'adopted' && one.kind === 'routine' && (
        <>
          <TextArea name="/promise" label={w.promise} hint={w.promiseHint} defaultValue={title} />
          <TextField name="/standard_minutes" label={w.standard} type="number" size="short" />
        </>
      )}
      {chosen?.is === 'trial' && <TrialFields />}
      <TextArea name="/words" label={w.moveWords} rows={1} required={chosen?.needs_reason ?? false} />
    </Form>
  );
}

function ProposalCard({ one }: { one: Proposal }) {
  const gestures = useGestures();
  const format = useFormat();
  const { person } = useSession();
  const title = gestures.data?.find((gesture) => gesture.code === one.gesture)?.title ?? one.gesture ?? say(words.proposalKind, one.kind);
  return (
    <li className="card" id={`record-${one.id}`} tabIndex={-1}>
      <p className="over">{say(words.proposalKind, one.kind)}</p>
      <div className="card-head"><h2>{title}</h2><span className="tag" role="status">{say(words.proposalState, one.state)}</span></div>
      {one.raised_by === 'record' ? <p>{say(w.raisedByRecord, one.kind)}</p> : <Quote words={one.words} label={`${personName(one.recorded_by, person.id)}:`} />}
      <Figures one={one} />
      {one.kind === 'improvement' && one.incident && <ImprovementView id={one.id} />}
      {one.trials.map((trial) => <TrialView key={trial.id} of={trial} />)}
      {one.is === 'adopted' && one.offer && <p className="notice">{w.became} <Link to="/offer">{w.seeOffer}</Link></p>}
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
      {one.moves.length > 0 && <Disclosure summary={w.move}><Move key={one.state} one={one} title={title} /></Disclosure>}
    </li>
  );
}

function Suggest() {
  const propose = usePropose();
  const gestures = useGestures();
  const [kind, setKind] = useState('routine');
  // What is routine already can only be taken out again.
  const offered = (gestures.data ?? []).filter((one) => one.state === 'active' && one.routine === (kind === 'improvement'));
  return (
    <Form write={propose} kind="plain" submit={words.use.routineSubmit}
          send={(values) => ({
            kind: values.text('/kind') as Schemas['NewProposal']['kind'],
            gesture: values.text('/gesture'),
            words: wordsBy(values.text('/words')),
          })}>
      <Choice name="/kind" label={w.kind} options={optionsOf(w.suggestKind)} defaultValue="routine" onChange={setKind} required />
      <Select name="/gesture" label={w.gesture} required none={words.offer.none_} options={offered.map((one) => [one.code, one.title])} />
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
