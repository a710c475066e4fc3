/** The organisation's own change procedure: read by everybody who serves, changed by a manager. */
import { useQuery } from '@tanstack/react-query';
import { answer, client } from '../../api/client';
import { useRoles } from '../../api/queries';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { say, words } from '../../words';
import { SetupPage } from '../setup/setup_screen';
import { ends, type Procedure } from './draft';
import { Editor } from './editor';

const w = words.procedure;
const nameOf = (state: string) => say(words.proposalState, state);

const useProcedure = () =>
  useQuery({ queryKey: ['change-procedure'], queryFn: () => answer(client.GET('/api/v1/change-procedure')) });

function Steps({ procedure }: { procedure: Procedure }) {
  return (
    <ol className="procedure">
      {procedure.states.map((state, place) => (
        <li key={state.name}>
          <p><strong>{nameOf(state.name)}</strong> <span className="fine">{say(w.meaning, state.is)}</span></p>
          {place === 0 && <p className="fine">{w.begins}</p>}
          {!ends(state.is) && (
            <ul className="plain-list">
              {procedure.moves.filter(({ from }) => from === state.name).map((move) => (
                <li key={move.to}>{w.way(nameOf(move.to), move.who.map((who) => say(w.who, who)).join(', '))}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}

export function ChangeProcedureScreen() {
  const procedure = useProcedure();
  const manages = useRoles().has('manager');
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <Loaded query={procedure}>
        {(of) => (
          <>
            <Card title={of.name}>
              <Steps procedure={of} />
              <p className="hint">{w.always}</p>
            </Card>
            {manages && <Disclosure className="card" summary={w.change}><Editor procedure={of} /></Disclosure>}
          </>
        )}
      </Loaded>
    </SetupPage>
  );
}
