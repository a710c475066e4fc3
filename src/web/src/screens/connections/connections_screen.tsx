/** Connections to other systems, for administrators: which there are, and adding one. */
import { Confirm } from '../../parts/confirm';
import { useFormat } from '../../parts/format';
import { Card, Loaded } from '../../parts/page';
import { say, words } from '../../words';
import { SetupPage } from '../setup/setup_screen';
import { AddConnection, Added } from './add_connection';
import { useAddConnection, useConnections, useDisableConnection, type Connection } from './queries';

const w = words.connections;

function Line({ one }: { one: Connection }) {
  const format = useFormat();
  const disable = useDisableConnection();
  return (
    <li className="stack">
      <p>
        <strong>{one.name}</strong> <span className="tag plain">{say(w.kind, one.kind)}</span>
        {one.disabled_at && <> <span className="tag">{w.off}, {format.time(one.disabled_at)}</span></>}
      </p>
      <p className="fine">{w.address}: <code className="address">{location.origin}{one.webhook_path}</code></p>
      {!one.disabled_at && (
        <Confirm ask={w.turnOff} label={w.turnOffThis(one.name)} question={w.turnOffQuestion(one.name)} write={disable} input={one.id} />
      )}
    </li>
  );
}

export function ConnectionsScreen() {
  const connections = useConnections();
  const add = useAddConnection();
  return (
    <SetupPage title={w.title} lead={w.lead}>
      {add.data && <Added key={add.data.id} connection={add.data} seen={add.reset} />}
      <Loaded query={connections}>
        {(items) => (
          <>
            {items.length === 0 ? <p className="empty">{w.empty}</p> : (
              <Card title={w.list}><ul className="plain-list spaced">{items.map((one) => <Line key={one.id} one={one} />)}</ul></Card>
            )}
            <AddConnection write={add} open={items.length === 0} />
          </>
        )}
      </Loaded>
    </SetupPage>
  );
}
