/** Step 3: our offer against what they expect. The system suggests, the person decides; which was which is kept. */
import type { Schemas } from '../../api/client';
import { authored, Checkbox, Choice, Form, optionsOf, TextArea, type Values } from '../../parts/form';
import { Disclosure, Loaded } from '../../parts/page';
import { Quote, RecordItem } from '../../parts/record';
import { say, words } from '../../words';
import { useMatchOffer, useMatchSuggestion, type CaseFile } from './queries';
import { Step } from './step';

type MatchLine = Schemas['MatchLine'];

function linesOf(values: Values, suggested: MatchLine[]): Schemas['MatchLineInput'][] {
  return suggested.map((line, index) => ({
    expectation: line.expectation,
    offer_item: line.offer_item ?? undefined,
    verdict: (values.text(`/lines/${index}/verdict`) ?? line.verdict) as MatchLine['verdict'],
    key_difference: values.checked(`/lines/${index}/key_difference`),
    words: authored(values.text(`/lines/${index}/words`), line.words?.text ?? undefined),
  }));
}

function MatchForm({ caseId }: { caseId: string }) {
  const suggestion = useMatchSuggestion(caseId, true);
  const match = useMatchOffer(caseId);
  const w = words.match;
  return (
    <Loaded query={suggestion}>
      {({ lines, offer_number, summary }) => (
        // Fields are named by place: another expectation moves the places, so the form starts anew.
        <Form key={lines.map((line) => line.expectation).join()} write={match} kind="plain" submit={w.submit}
              send={(values) => ({ lines: linesOf(values, lines) })}>
          <p className="hint">{w.hint} {w.against(offer_number)}</p>
          {summary && <p className="system-says">{summary}</p>}
          {lines.map((line, index) => (
            <div className="match-line" key={line.expectation}>
              <p className="match-expectation">{line.expectation_words ?? words.erased}</p>
              <p className="match-promise">{line.promise ? <><span className="label">{w.promise}</span> {line.promise}</> : w.noPromise}</p>
              <Choice name={`/lines/${index}/verdict`} label={w.verdict} options={optionsOf(words.fit)} defaultValue={line.verdict} required />
              <Checkbox name={`/lines/${index}/key_difference`} label={w.key} defaultChecked={line.key_difference} />
              <Disclosure summary={w.words}>
                <TextArea name={`/lines/${index}/words`} label={w.words} defaultValue={line.words?.text ?? undefined} />
              </Disclosure>
            </div>
          ))}
        </Form>
      )}
    </Loaded>
  );
}

export function MatchStep({ file }: { file: CaseFile }) {
  const w = words.match;
  const match = file.match;
  return (
    <Step number={3} id="match" title={words.steps.match} done={match !== null}>
      {match && (
        <ul className="records">
          <RecordItem record={match}>
            <p className="system-says">{match.summary}</p>
            <ul className="match-lines">
              {match.lines.map((line) => (
                <li key={line.expectation}>
                  <span className={`fit ${line.verdict}`}>{say(words.fit, line.verdict)}</span>{' '}
                  {line.expectation_words ?? words.erased}{' '}
                  {line.key_difference && <span className="tag">{w.keyMark}</span>}
                  <Quote words={line.words} />
                </li>
              ))}
            </ul>
          </RecordItem>
        </ul>
      )}
      {file.expectations.length === 0 && <p className="empty">{w.needsExpectation}</p>}
      {file.expectations.length > 0 && !match && <MatchForm caseId={file.case.id} />}
      {file.expectations.length > 0 && match && <Disclosure summary={w.again}><MatchForm caseId={file.case.id} /></Disclosure>}
    </Step>
  );
}
