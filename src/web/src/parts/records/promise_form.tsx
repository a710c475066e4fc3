/** A promise that has come due: kept, broken, or a new date. */
import { words } from '../../words';
import { Form, TextField } from '../form';
import { Disclosure } from '../page';
import { ProblemNotice } from '../problem';
import { useSettlePromise } from './writes';

export function SettlePromise({ promise }: { promise: string }) {
  const settle = useSettlePromise(promise);
  const w = words.actions;
  return (
    <div className="quick">
      <div className="buttons">
        <button type="button" className="button plain" aria-disabled={settle.busy} onClick={() => !settle.busy && settle.run({ state: 'kept' })}>{w.kept}</button>
        <button type="button" className="button plain" aria-disabled={settle.busy} onClick={() => !settle.busy && settle.run({ state: 'broken' })}>{w.broken}</button>
      </div>
      <ProblemNotice error={settle.error} />
      <Disclosure summary={w.renegotiated}>
        <Form write={settle} kind="plain" submit={words.save}
              send={(values) => ({ state: 'renegotiated' as const, due_at: values.instant('/due_at') })}>
          <TextField name="/due_at" label={w.newDue} type="datetime-local" required />
        </Form>
      </Disclosure>
    </div>
  );
}
