/** "Did you tell the customer?": one tap with suggested words, or the person's own. */
import { authored, Checkbox, Choice, Form, optionsOf, TextArea, TextField } from '../form';
import type { Schemas } from '../../api/client';
import { words } from '../../words';
import { Disclosure } from '../page';
import { ProblemNotice } from '../problem';
import { useTellCustomer } from './writes';

type Channel = Schemas['Channel'];

interface ToldFormProps {
  action: string;
  title: string;
  channel: Channel;
}

export function ToldForm({ action, title, channel }: ToldFormProps) {
  const tell = useTellCustomer(action);
  const w = words.actions;
  const suggestion = w.toldSuggestion(title);
  if (tell.data) return <p role="status">{w.toldThanks}</p>;
  return (
    <div className="quick">
      <button type="button" className="button plain" aria-disabled={tell.busy}
              onClick={() => !tell.busy && tell.run({ channel, words: { text: suggestion, author: 'suggestion_accepted' } })}>
        {w.toldSubmit} ({words.channel[channel]})
      </button>
      <ProblemNotice error={tell.error} />
      <Disclosure summary={w.more}>
        <Form write={tell} kind="plain" submit={words.save}
              send={(values) => ({
                channel: values.text('/channel') as Channel,
                words: authored(values.text('/words') ?? suggestion, suggestion)!,
                acknowledged: values.checked('/acknowledged') || undefined,
                occurred_at: values.instant('/occurred_at'),
              })}>
          <Choice name="/channel" label={w.toldHow} options={optionsOf(words.channel)} defaultValue={channel} required />
          <TextArea name="/words" label={w.toldWords} defaultValue={suggestion} />
          <Checkbox name="/acknowledged" label={w.toldAcknowledged} />
          <TextField name="/occurred_at" label={w.happened} hint={w.happenedHint} type="datetime-local" />
        </Form>
      </Disclosure>
    </div>
  );
}
