/** What was planned: done by now, or not after all. */
import { words } from '../../words';
import { ProblemNotice } from '../problem';
import { useChangeAction } from './writes';

export function SettlePlanned({ action }: { action: string }) {
  const change = useChangeAction(action);
  const to = (state: 'done' | 'reversed') => !change.busy && change.run({ state });
  return (
    <div className="quick">
      <div className="buttons">
        <button type="button" className="button plain" aria-disabled={change.busy} onClick={() => to('done')}>{words.ideas.doIt}</button>
        <button type="button" className="button quiet" aria-disabled={change.busy} onClick={() => to('reversed')}>{words.actions.notDone}</button>
      </div>
      <ProblemNotice error={change.error} />
    </div>
  );
}
