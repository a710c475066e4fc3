/** Step 2: what the customer expects and needs, in their words; the five sides of service explained where they first stand. */
import type { Schemas } from '../../api/client';
import { Choice, dimensionOptions, Form, optionsOf, TextArea, wordsBy } from '../../parts/form';
import { Disclosure } from '../../parts/page';
import { Quote, RecordItem } from '../../parts/record';
import { say, words } from '../../words';
import { useNoteExpectation, type CaseFile } from './queries';
import { Step } from './step';

type NewExpectation = Schemas['NewExpectation'];

function ExpectationForm({ caseId }: { caseId: string }) {
  const note = useNoteExpectation(caseId);
  const w = words.expectations;
  return (
    <Form write={note} kind="plain" submit={w.submit}
          send={(values) => {
            const kind = values.text('/kind') as NewExpectation['kind'];
            const learned = values.text('/learned_by') as NewExpectation['learned_by'];
            // What was seen or worked out is the agent's own sentence; what was said is the customer's.
            const author = learned === 'observed' || learned === 'inferred' ? 'own_words' : 'customer';
            return {
              kind,
              words: wordsBy(values.text('/words'), author),
              dimension: values.text('/dimension') as NewExpectation['dimension'],
              importance: values.integer('/importance'),
              formed_by: values.text('/formed_by') as NewExpectation['formed_by'],
              learned_by: learned,
            };
          }}>
      <TextArea name="/words" label={w.words} required />
      <Choice name="/kind" label={w.kind} options={optionsOf(words.expectationKind)} defaultValue="expectation" required />
      <Choice name="/dimension" label={w.rater} options={dimensionOptions} required />
      <Disclosure summary={words.actions.more}>
        <Choice name="/importance" label={w.importance} defaultValue="3"
                options={[1, 2, 3, 4, 5].map((value) => [String(value), w.importanceOf(value)])} />
        <Choice name="/learned_by" label={w.learned} options={optionsOf(words.learnedBy)} defaultValue="told" />
        <Choice name="/formed_by" label={w.formed} options={optionsOf(words.formedBy)} defaultValue="unknown" />
      </Disclosure>
    </Form>
  );
}

export function ExpectationsStep({ file }: { file: CaseFile }) {
  const list = file.expectations;
  const w = words.expectations;
  return (
    <Step number={2} id="expectation" title={words.steps.expectations} done={list.length > 0} hint={w.hint}>
      <ul className="records">
        {list.map((one) => (
          <RecordItem key={one.id} record={one}>
            <span className="tag">{say(words.expectationKind, one.kind)}</span>{' '}
            <span className="tag plain">{say(words.dimension, one.dimension)}</span>
            <Quote words={one.words} />
            <span className="stamp">{w.matters(w.importanceOf(one.importance))} · {say(words.learnedBy, one.learned_by)} · </span>
          </RecordItem>
        ))}
      </ul>
      {list.length === 0 ? <ExpectationForm caseId={file.case.id} /> : (
        <Disclosure summary={w.add}><ExpectationForm caseId={file.case.id} /></Disclosure>
      )}
    </Step>
  );
}
