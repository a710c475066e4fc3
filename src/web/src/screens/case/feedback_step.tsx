/** Step 6: what they said and felt, and passing it on to the people it is about. */
import type { Schemas } from '../../api/client';
import { useSession } from '../../api/queries';
import { Choice, Form, optionsOf } from '../../parts/form';
import { Disclosure } from '../../parts/page';
import { personName, Quote, RecordItem } from '../../parts/record';
import { FeedbackForm } from '../../parts/records/feedback_form';
import { PassOnForm } from '../../parts/records/pass_on_form';
import { say, words } from '../../words';
import { useAcknowledge, useNotePerception, type CaseFile } from './queries';
import { Step } from './step';

type Feedback = Schemas['Feedback'];
const w = words.feedback;

function PassedOn({ one }: { one: Schemas['PassedOn'] }) {
  const { person } = useSession();
  const acknowledge = useAcknowledge(one.id);
  const mine = one.to_person.id === person.id;
  return (
    <p>
      {w.passedOn(personName(one.to_person, person.id))}
      {one.acknowledged_at ? <span className="fine"> ({w.read})</span> : mine && (
        <button type="button" className="button quiet" aria-disabled={acknowledge.busy} onClick={() => !acknowledge.busy && acknowledge.run(undefined)}>
          {w.acknowledge}
        </button>
      )}
    </p>
  );
}

function FeedbackRecord({ one }: { one: Feedback }) {
  const { person } = useSession();
  const parts = [
    one.positive ? w.pleased : w.notPleased,
    say(words.feedbackSource, one.source),
    say(words.feedbackMethod, one.method),
    one.score !== null && `${one.score} ${w.scoreMax} ${one.score_max ?? 5}`,
    one.about_person && `${w.about} ${personName(one.about_person, person.id)}`,
  ].filter(Boolean);
  return (
    <RecordItem record={one}>
      <p>{parts.join(' · ')}</p>
      <Quote words={one.words} />
      {one.passed_on.map((passed) => <PassedOn key={passed.id} one={passed} />)}
      {one.passed_on.length === 0 && (
        <Disclosure summary={w.passOn}><PassOnForm feedback={one.id} about={one.about_person?.id} /></Disclosure>
      )}
    </RecordItem>
  );
}

function Perceptions({ file }: { file: CaseFile }) {
  const note = useNotePerception(file.case.id);
  return (
    <Disclosure summary={w.felt}>
      <ul className="records">
        {file.perceptions.map((one) => (
          <RecordItem key={one.id} record={one}>
            {one.dimension && one.rating !== null && w.feltAbout(say(words.dimension, one.dimension), one.rating)}
            <Quote words={one.words} />
          </RecordItem>
        ))}
      </ul>
      <Form write={note} kind="plain" again submit={w.feltAdd}
            send={(values) => ({ dimension: values.text('/dimension') as Schemas['Dimension'], rating: values.integer('/rating') })}>
        <Choice name="/dimension" label={words.expectations.dimension} options={optionsOf(words.dimension)} required />
        <Choice name="/rating" label={w.rating} options={['1', '2', '3', '4', '5'].map((n) => [n, n])} required />
      </Form>
    </Disclosure>
  );
}

export function FeedbackStep({ file }: { file: CaseFile }) {
  const lastAction = file.actions.findLast((action) => action.state === 'done' || action.state === 'partly done');
  return (
    <Step number={6} id="feedback" title={words.steps.feedback} done={file.feedback.length > 0}>
      <ul className="records">{file.feedback.map((one) => <FeedbackRecord key={one.id} one={one} />)}</ul>
      {file.feedback.length === 0 ? (
        <>
          <p className="label">{w.reaction}</p>
          <FeedbackForm caseId={file.case.id} action={lastAction?.id} about={file.case.agent.id} />
        </>
      ) : (
        <Disclosure summary={w.add}><FeedbackForm caseId={file.case.id} action={lastAction?.id} about={file.case.agent.id} /></Disclosure>
      )}
      <Perceptions file={file} />
    </Step>
  );
}
