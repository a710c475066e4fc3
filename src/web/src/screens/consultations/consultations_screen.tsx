/** What colleagues ask of me: the facts, their words, and my answer; spoken answers are confirmed here. */
import { Link } from '@tanstack/react-router';
import { client, type Schemas } from '../../api/client';
import { useConsultationsWithMe, useSession } from '../../api/queries';
import { useWrite } from '../../api/write';
import { authored, Form, MoneyField, TextArea, TextField, type Values } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded, Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { personName, Quote } from '../../parts/record';
import { useConfirmConsultation } from '../../parts/records/writes';
import { needsMe } from '../../parts/shell';
import { say, words } from '../../words';
import { envelopeText } from '../case/consult';

type Consultation = Schemas['Consultation'];
type ConsultationAnswer = Schemas['ConsultationAnswer'];
const w = words.consult;

const useAnswer = (id: string) =>
  useWrite<ConsultationAnswer, Consultation>((body, header) =>
    client.POST('/api/v1/consultations/{id}/answer', { params: { path: { id }, header }, body }));

function envelopeOf(values: Values): Schemas['Envelope'] | undefined {
  const amount = values.text('/envelope/amount');
  const minutes = values.integer('/envelope/minutes');
  const until = values.instant('/envelope/until');
  return amount === undefined && minutes === undefined && until === undefined ? undefined : { amount, minutes, until };
}

/** One tap approves as asked; changing, declining and advising say a little more. */
function AnswerApproval({ id }: { id: string }) {
  const answer = useAnswer(id);
  return (
    <>
      <button type="button" className="button primary" aria-disabled={answer.busy} onClick={() => !answer.busy && answer.run({ state: 'approved' })}>{w.approve}</button>
      <ProblemNotice error={answer.error} />
      <Disclosure summary={w.change}>
        <Form write={answer} kind="plain" submit={w.change}
              send={(values) => ({ state: 'changed' as const, envelope: envelopeOf(values), words: authored(values.text('/words')) })}>
          <div className="pair">
            <MoneyField name="/envelope/amount" label={w.upTo} />
            <TextField name="/envelope/minutes" label={w.upToMinutes} type="number" size="short" />
          </div>
          <TextField name="/envelope/until" label={w.until} type="datetime-local" />
          <TextArea name="/words" label={w.yourWords} />
        </Form>
      </Disclosure>
      <Disclosure summary={w.decline}>
        <Form write={answer} kind="plain" submit={w.decline} send={(values) => ({ state: 'declined' as const, words: authored(values.text('/words')) })}>
          <TextArea name="/words" label={w.declineWords} />
        </Form>
      </Disclosure>
    </>
  );
}

function AnswerAdvice({ id }: { id: string }) {
  const answer = useAnswer(id);
  return (
    <Form write={answer} submit={w.advise} send={(values) => ({ state: 'answered' as const, words: authored(values.text('/words')) })}>
      <TextArea name="/words" label={w.adviceWords} />
    </Form>
  );
}

function Confirm({ one }: { one: Consultation }) {
  const confirm = useConfirmConsultation(one.id);
  const deny = useAnswer(one.id);
  const saidYes = one.state === 'approved' || one.state === 'changed';
  const { person } = useSession();
  return (
    <>
      <p>{w.confirmHint(personName(one.proposer, person.id))}</p>
      <div className="buttons">
        <button type="button" className="button primary" aria-disabled={confirm.busy} onClick={() => !confirm.busy && confirm.run(undefined)}>{w.confirm}</button>
        {saidYes && <button type="button" className="button quiet" aria-disabled={deny.busy} onClick={() => !deny.busy && deny.run({ state: 'declined' })}>{w.deny}</button>}
      </div>
      <ProblemNotice error={confirm.error ?? deny.error} />
    </>
  );
}

function ConsultationCard({ one, level }: { one: Consultation; level: 2 | 3 }) {
  const Heading = level === 2 ? 'h2' : 'h3';
  const format = useFormat();
  const { person } = useSession();
  const open = one.state === 'requested' || one.state === 'escalated';
  const name = personName(one.proposer, person.id);
  return (
    <li className="consultation card" id={`record-${one.id}`} tabIndex={-1}>
      <p className="over">{w.from(name)} · {say(words.purpose, one.purpose)}{open && ` · ${w.due(format.time(one.due_at))}`}</p>
      <Heading>{one.idea_title}</Heading>
      {one.case_id && <p><Link to="/cases/$caseId" params={{ caseId: one.case_id }}>{w.seeCase} {one.case_reference}</Link></p>}
      {one.incident && <p><Link to="/incidents/$incidentId" params={{ incidentId: one.incident }}>{w.seeIncident}</Link></p>}
      <p className="label">{w.facts}</p>
      <ul className="facts">{one.facts.map((fact) => <li key={fact}>{format.sentence(fact)}</li>)}</ul>
      <p className="label">{w.theirWords}</p>
      {one.words ? <Quote words={one.words} /> : <p className="empty">{w.noWords}</p>}
      {open ? (one.purpose === 'approval' ? <AnswerApproval id={one.id} /> : <AnswerAdvice id={one.id} />) : (
        <>
          <p><strong>{say(words.consultState, one.state)}</strong>{one.answered_at && `, ${format.time(one.answered_at)}`}</p>
          <Quote words={one.answer_words} />
          {one.envelope && (one.state === 'approved' || one.state === 'changed') && <p className="fine">{w.envelope(envelopeText(one.envelope, format))}</p>}
          {needsMe(one) && <Confirm one={one} />}
        </>
      )}
    </li>
  );
}

export function ConsultationsScreen() {
  const consultations = useConsultationsWithMe();
  return (
    <Page title={w.title}>
      <Loaded query={consultations}>
        {({ items }) => {
          const waiting = items.filter(needsMe);
          const past = items.filter((one) => !needsMe(one));
          return (
            <>
              <div role="status" className="hidden">{w.waiting}: {waiting.length}</div>
              {waiting.length === 0 && <p className="empty">{w.empty}</p>}
              <ul className="card-list">{waiting.map((one) => <ConsultationCard key={one.id} one={one} level={2} />)}</ul>
              {past.length > 0 && (
                <Card title={w.past}>
                  {past.map((one) => (
                    <Disclosure key={one.id} summary={`${one.idea_title}: ${say(words.consultState, one.state)}`}>
                      <ul className="card-list"><ConsultationCard one={one} level={3} /></ul>
                    </Disclosure>
                  ))}
                </Card>
              )}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
