/** The effect on other customers: read from the queue where one is known, or as a person saw it. */
import { authored, Choice, Form, TextArea, TextField } from '../form';
import { words } from '../../words';
import { Disclosure } from '../page';
import { ProblemNotice } from '../problem';
import { useObserveEffect } from './writes';

const yesNo: [string, string][] = [['yes', words.yes], ['no', words.no]];
const truth = (answer: string | undefined) => (answer === undefined ? undefined : answer === 'yes');

export function OthersForm({ action }: { action: string }) {
  const computed = useObserveEffect(action);
  const observed = useObserveEffect(action);
  const w = words.actions;
  return (
    <div className="quick">
      <button type="button" className="button plain" aria-disabled={computed.busy}
              onClick={() => !computed.busy && computed.run({ method: 'computed' })}>
        {w.othersComputed}
      </button>
      <p className="hint">{w.othersComputedHint}</p>
      <ProblemNotice error={computed.error} />
      <Disclosure summary={w.othersObserved}>
        <Form write={observed} kind="plain" submit={w.effectSubmit}
              send={(values) => ({
                method: 'observed' as const,
                on_whom: values.text('/on_whom') ?? w.onWhomDefault,
                unaffected: truth(values.text('/unaffected')),
                not_unreasonably: truth(values.text('/not_unreasonably')),
                words: authored(values.text('/words')),
              })}>
          <TextField name="/on_whom" label={w.onWhom} defaultValue={w.onWhomDefault} />
          <Choice name="/unaffected" label={w.unaffected} options={yesNo} required />
          <Choice name="/not_unreasonably" label={w.notUnreasonably} options={yesNo} />
          <TextArea name="/words" label={w.seen} />
        </Form>
      </Disclosure>
    </div>
  );
}
