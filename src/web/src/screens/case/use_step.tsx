/** Step 7: use the case as evidence (what is missing is asked for now), suggest a routine, close. */
import { Link } from '@tanstack/react-router';
import { authored, Form, Select, TextArea } from '../../parts/form';
import { Disclosure } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { words } from '../../words';
import { useCloseCase, useMarkAsEvidence, useProposeRoutine, type CaseFile } from './queries';
import { Step } from './step';

const w = words.use;
type MissingItem = keyof typeof w.missingItems;

/** What good evidence still lacks, each with the step where it is added. */
export function missingFor(file: CaseFile): [MissingItem, step: string][] {
  const done = file.actions.filter((action) => action.state === 'done' || action.state === 'partly done');
  const chosen = file.ideas.find((idea) => idea.state === 'chosen');
  const lacks: [boolean, MissingItem, string][] = [
    [file.offer_explanations.length === 0, 'explained', 'explained'],
    [file.expectations.length === 0, 'expectation', 'expectation'],
    [file.match === null, 'match', 'match'],
    [file.ideas.length < 2, 'twoIdeas', 'ideas'],
    [!chosen?.choice_reason, 'reason', 'ideas'],
    [file.consultations.length === 0, 'advice', 'ideas'],
    [done.length > 0 && done.every((action) => action.awareness.length === 0), 'told', 'actions'],
    [done.length > 0 && done.every((action) => action.effects.length === 0), 'others', 'actions'],
    [done.length > 0 && done.every((action) => action.outcomes.length === 0), 'outcome', 'actions'],
    [file.feedback.length === 0, 'feedback', 'feedback'],
    [file.feedback.length > 0 && file.feedback.every((one) => one.passed_on.length === 0), 'passedOn', 'feedback'],
  ];
  return lacks.filter(([lacking]) => lacking).map(([, item, step]) => [item, step]);
}

function Evidence({ file }: { file: CaseFile }) {
  const mark = useMarkAsEvidence(file.case.id);
  const used = file.case.use_as_evidence;
  const missing = missingFor(file);
  return (
    <div className="evidence">
      {!used && (
        <>
          <button type="button" className="button plain" aria-disabled={mark.busy} onClick={() => !mark.busy && mark.run(true)}>{w.evidence}</button>
          <p className="hint">{w.evidenceHint}</p>
        </>
      )}
      <div role="status">
        {used && (
          <>
            <p><strong>{w.evidenceOn}</strong> <button type="button" className="link" aria-disabled={mark.busy} onClick={() => !mark.busy && mark.run(false)}>{w.evidenceOff}</button></p>
            {missing.length === 0 ? <p>{w.complete}</p> : (
              <>
                <p className="label">{w.missing}</p>
                <ul>{missing.map(([item, step]) => <li key={item}><a href={`#step-${step}`}>{w.missingItems[item]}</a></li>)}</ul>
              </>
            )}
          </>
        )}
      </div>
      <ProblemNotice error={mark.error} />
    </div>
  );
}

function SuggestRoutine({ file }: { file: CaseFile }) {
  const propose = useProposeRoutine();
  const done = new Map(file.actions.filter((one) => one.gesture && one.state === 'done').map((one) => [one.gesture!, one.title]));
  const [first] = done;
  if (!first) return null;
  const suggestion = w.routineSuggestion(first[1]);
  return (
    <>
      <Disclosure summary={w.routine}>
        <p className="hint">{w.routineHint}</p>
        <Form write={propose} kind="plain" submit={w.routineSubmit}
              send={(values) => ({
                kind: 'routine' as const,
                gesture: values.text('/gesture'),
                words: authored(values.text('/words') ?? suggestion, suggestion)!,
              })}>
          <Select name="/gesture" label={w.routineGesture} required options={[...done]} />
          <TextArea name="/words" label={w.routineWords} defaultValue={suggestion} />
        </Form>
      </Disclosure>
      <p role="status">{propose.data && <>{w.routineDone} <Link to="/proposals">{words.nav.proposals}</Link></>}</p>
    </>
  );
}

function Close({ file }: { file: CaseFile }) {
  const close = useCloseCase(file.case.id);
  if (file.case.state === 'closed') return null;
  return (
    <div className="close">
      <button type="button" className="button quiet" aria-disabled={close.busy} onClick={() => !close.busy && close.run(undefined)}>{w.close}</button>
      <p className="hint">{w.closeHint}</p>
      <ProblemNotice error={close.error} />
    </div>
  );
}

export function UseStep({ file }: { file: CaseFile }) {
  return (
    <Step number={7} id="use" title={words.steps.use} done={file.case.use_as_evidence}>
      <Evidence file={file} />
      <SuggestRoutine file={file} />
      <Close file={file} />
    </Step>
  );
}
