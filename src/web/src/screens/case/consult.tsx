/** Asking a colleague: for advice, which never blocks, or for approval. A spoken answer is one tap. */
import type { Schemas } from '../../api/client';
import { useColleagues, useSession } from '../../api/queries';
import { authored, Choice, Form, optionsOf, Select, TextArea, wordsBy, type Values } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Disclosure } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { personName, Quote, RecordItem } from '../../parts/record';
import { say, words } from '../../words';
import { useConsult, useWithdraw, type Idea } from './queries';

type Consultation = Schemas['Consultation'];
type NewConsultation = Schemas['NewConsultation'];
type Person = Schemas['Person'];

const namesInSight = 3;

export const isWaiting = (one: Consultation) => one.state === 'requested' || one.state === 'escalated';
export const isYes = (one: Consultation) => one.purpose === 'approval' && (one.state === 'approved' || one.state === 'changed');

/** The senior colleagues who can be asked; whoever holds the role that must say yes stands first. */
function useSeniors(role: string | null): Person[] {
  const people = useColleagues();
  const { person } = useSession();
  const seniors = (people.data ?? []).filter((one) => one.id !== person.id && one.roles.some((r) => r === 'lead' || r === 'manager'));
  const holds = (one: Person) => (role !== null && one.roles.some((r) => r === role) ? 0 : 1);
  return seniors.sort((a, b) => holds(a) - holds(b));
}

function requestOf(values: Values): NewConsultation {
  const said = values.text('/spoken_answer/words');
  const mode = values.text('/mode') as NewConsultation['mode'];
  const purpose = values.text('/purpose') as NewConsultation['purpose'];
  const answer = purpose === 'advice' ? 'answered' : (values.text('/spoken_answer/state') ?? 'approved');
  return {
    purpose,
    mode,
    with_person: values.text('/with_person'),
    words: authored(values.text('/words')),
    spoken_answer: mode !== 'spoken' ? undefined : {
      state: answer as Schemas['ConsultationAnswer']['state'],
      words: said ? wordsBy(said, 'colleague') : undefined,
    },
  };
}

export function ConsultForm({ idea }: { idea: Idea }) {
  const needsYes = idea.last_check?.outcome === 'needs sign-off';
  const seniors = useSeniors(idea.last_check?.sign_off_role ?? null);
  const consult = useConsult(idea.id);
  const w = words.consult;
  if (seniors.length === 0) return null;
  const oneTap = (who: Person) =>
    consult.run({
      purpose: needsYes ? 'approval' : 'advice', mode: 'spoken', with_person: who.id,
      spoken_answer: { state: needsYes ? 'approved' : 'answered' },
    });
  return (
    <div className="consult">
      <p className="hint">{w.hint}</p>
      <p className="label">{w.oneTap}</p>
      <div className="buttons">
        {seniors.slice(0, namesInSight).map((who) => (
          <button key={who.id} type="button" className="button quiet" aria-disabled={consult.busy} onClick={() => !consult.busy && oneTap(who)}>
            {needsYes ? w.spokenYes(who.display_name ?? words.someone) : w.spokenAdvice(who.display_name ?? words.someone)}
          </button>
        ))}
      </div>
      <Form write={consult} kind="plain" submit={w.submit} send={requestOf}>
        <Select name="/with_person" label={w.who} required options={seniors.map((one) => [one.id, `${one.display_name ?? words.someone}, ${one.roles.filter((r) => r === 'lead' || r === 'manager').map((r) => say(words.role, r)).join(', ')}`])} />
        <Choice name="/purpose" label={w.purpose} options={optionsOf(words.purpose)} defaultValue={needsYes ? 'approval' : 'advice'} required />
        <TextArea name="/words" label={w.explain} hint={w.explainHint} />
        <Choice name="/mode" label={w.mode} options={optionsOf(words.mode)} defaultValue="in app" required />
        <div className="if-spoken">
          <div className="if-approval">
            <Choice name="/spoken_answer/state" label={w.spokenAnswer} options={optionsOf(words.spokenAnswer)} defaultValue="approved" />
          </div>
          <TextArea name="/spoken_answer/words" label={w.answerWords} />
        </div>
      </Form>
    </div>
  );
}

function Withdraw({ consultation }: { consultation: string }) {
  const withdraw = useWithdraw(consultation);
  return (
    <>
      <button type="button" className="link" aria-disabled={withdraw.busy} onClick={() => !withdraw.busy && withdraw.run(undefined)}>{words.consult.withdraw}</button>
      <ProblemNotice error={withdraw.error} />
    </>
  );
}

export function ConsultationRecord({ one }: { one: Consultation }) {
  const { person } = useSession();
  const format = useFormat();
  const w = words.consult;
  const who = one.with_person ? personName(one.with_person, person.id) : one.outside_authority;
  return (
    <RecordItem record={one}>
      <p>
        <span className="tag">{say(words.purpose, one.purpose)}</span> {who}: <strong>{say(words.consultState, one.state)}</strong>
        {one.mode === 'spoken' && !isWaiting(one) && <span className="fine"> ({one.confirmed_at ? w.confirmed : w.toConfirm})</span>}
        {isWaiting(one) && <span className="fine"> {w.due(format.time(one.due_at))} </span>}
        {isWaiting(one) && one.proposer.id === person.id && <Withdraw consultation={one.id} />}
      </p>
      <Quote words={one.words} />
      <Quote words={one.answer_words} label={who ? `${who}:` : undefined} />
      {one.envelope && isYes(one) && <p className="fine">{w.envelope(envelopeText(one.envelope, format))}</p>}
    </RecordItem>
  );
}

export function envelopeText(envelope: Schemas['Envelope'], format: ReturnType<typeof useFormat>): string {
  return [
    envelope.amount !== undefined && format.money(envelope.amount),
    envelope.minutes !== undefined && words.minutes(envelope.minutes),
    envelope.until !== undefined && format.time(envelope.until),
  ].filter(Boolean).join(', ');
}

/** Folded away unless a yes is needed and nobody has been asked. */
export function ConsultSection({ idea, consultations }: { idea: Idea; consultations: Consultation[] }) {
  const needsYes = idea.last_check?.outcome === 'needs sign-off' && !consultations.some((one) => isYes(one) || isWaiting(one));
  return (
    <>
      {consultations.length > 0 && <ul className="records">{consultations.map((one) => <ConsultationRecord key={one.id} one={one} />)}</ul>}
      <Disclosure summary={words.consult.ask} open={needsYes}><ConsultForm key={idea.last_check?.id} idea={idea} /></Disclosure>
    </>
  );
}
