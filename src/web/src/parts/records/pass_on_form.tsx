/** Feedback passed on to the people it is about. */
import { useColleagues, useSession } from '../../api/queries';
import { words } from '../../words';
import { authored, Form, Select, TextArea } from '../form';
import { usePassOn } from './writes';

export function PassOnForm({ feedback, about }: { feedback: string; about?: string | undefined }) {
  const passOn = usePassOn(feedback);
  const people = useColleagues();
  const { person } = useSession();
  const w = words.feedback;
  if (!people.data) return null;
  const others = people.data.filter((one) => one.id !== person.id);
  return (
    <Form write={passOn} kind="plain" submit={w.passOn}
          send={(values) => ({ to_person: values.text('/to_person') ?? '', words: authored(values.text('/words')) })}>
      <Select name="/to_person" label={w.passOnTo} required none={words.chooseOne} defaultValue={about !== person.id ? about : undefined}
              options={others.map((one) => [one.id, one.display_name ?? words.someone])} />
      <TextArea name="/words" label={words.actions.words} rows={1} />
    </Form>
  );
}
