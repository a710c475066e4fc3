/** "How did they take it?": one tap, or more of what was said. */
import { Choice, Form, optionsOf, Select, TextArea, TextField, wordsBy } from '../form';
import type { Schemas } from '../../api/client';
import { usePeople } from '../../api/queries';
import { words } from '../../words';
import { Disclosure } from '../page';
import { ProblemNotice } from '../problem';
import { useNoteFeedback } from './writes';

type NewFeedback = Schemas['NewFeedback'];

interface FeedbackFormProps {
  caseId: string;
  action?: string | undefined;
  /** Whom the reaction is about, where it is known: one tap fills it in. */
  about?: string | undefined;
}

export function FeedbackForm({ caseId, action, about }: FeedbackFormProps) {
  const note = useNoteFeedback(caseId);
  const people = usePeople();
  const w = words.feedback;
  const tap = (positive: boolean) => !note.busy && note.run({ source: 'customer', method: 'spoken', positive, action, about_person: about });
  return (
    <div className="quick">
      <div className="buttons">
        <button type="button" className="button plain" aria-disabled={note.busy} onClick={() => tap(true)}>{w.pleased}</button>
        <button type="button" className="button plain" aria-disabled={note.busy} onClick={() => tap(false)}>{w.notPleased}</button>
      </div>
      <ProblemNotice error={note.error} />
      <Disclosure summary={w.add}>
        <Form write={note} kind="plain" submit={w.submit}
              send={(values) => {
                const source = values.text('/source') as NewFeedback['source'];
                const said = values.text('/words');
                return {
                  source,
                  method: values.text('/method') as NewFeedback['method'],
                  positive: values.text('/positive') === 'yes',
                  action,
                  about_person: values.text('/about_person'),
                  score: values.integer('/score'),
                  score_max: values.integer('/score') === undefined ? undefined : values.integer('/score_max'),
                  words: said ? wordsBy(said, source) : undefined,
                };
              }}>
          <Choice name="/positive" label={w.positive} options={[['yes', words.yes], ['no', words.no]]} required />
          <TextArea name="/words" label={w.words} />
          <Choice name="/source" label={w.source} options={optionsOf(words.feedbackSource)} defaultValue="customer" required />
          <Choice name="/method" label={w.method} options={optionsOf(words.feedbackMethod)} defaultValue="spoken" required />
          <Select name="/about_person" label={w.about} none={words.chooseOne} defaultValue={about}
                  options={(people.data ?? []).map((one) => [one.id, one.display_name ?? words.someone])} />
          <div className="pair">
            <TextField name="/score" label={w.score} type="number" size="short" />
            <TextField name="/score_max" label={w.scoreMax} type="number" size="short" defaultValue="5" min={1} />
          </div>
        </Form>
      </Disclosure>
    </div>
  );
}
