/** Adding a connection, and what is to be done in the other system afterwards. */
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { usePeople, useSession } from '../../api/queries';
import type { Write } from '../../api/write';
import { Copyable } from '../../parts/copyable';
import { Choice, Form, Select, TextField } from '../../parts/form';
import { Card, Disclosure } from '../../parts/page';
import { say, words } from '../../words';
import type { Connection } from './queries';

type Kind = Schemas['NewConnection']['kind'];
const w = words.connections;

function ChatwootSecret() {
  return (
    <>
      <TextField name="/secret" label={w.secret} hint={w.secretHint} required maxLength={200} />
      <p className="hint">{w.eventsWhy}</p>
      <ul className="bullets">{w.events.map((event) => <li key={event}>{event}</li>)}</ul>
    </>
  );
}

export function AddConnection({ write, open }: { write: Write<Schemas['NewConnection'], Connection>; open: boolean }) {
  const [kind, setKind] = useState<Kind>('chatwoot');
  const people = usePeople();
  const { person } = useSession();
  const able = (people.data ?? []).filter((one) => !one.disabled);
  return (
    <Disclosure className="card" summary={w.add} open={open}>
      <Form write={write} submit={w.submit}
            send={(values) => ({
              kind,
              name: values.text('/name') ?? '',
              agent: values.text('/agent') ?? person.id,
              secret: kind === 'chatwoot' ? values.text('/secret') : undefined,
            })}>
        <Choice name="/kind" label={w.what} required defaultValue={kind} onChange={(chosen) => setKind(chosen as Kind)}
                options={Object.keys(w.kind).map((one) => [one, say(w.kind, one), say(w.kindMeans, one)])} />
        <TextField name="/name" label={w.name} hint={w.nameHint} required />
        <Select name="/agent" label={say(w.agentOf, kind)} hint={kind === 'chatwoot' ? w.agentHint : undefined} required none={words.chooseOne}
                options={able.map((one) => [one.id, one.display_name ?? words.someone])} />
        {kind === 'chatwoot' && <ChatwootSecret />}
      </Form>
    </Disclosure>
  );
}

/** What stands in the other system next; a secret that was made here is shown this once. */
export function Added({ connection, seen }: { connection: Connection; seen: () => void }) {
  const feed = connection.kind === 'queue';
  return (
    <Card className="ask" title={w.made(connection.name)}>
      <div role="status"><p>{feed ? w.queueNext : w.chatwootNext}</p></div>
      <Copyable label={w.address} value={`${location.origin}${connection.webhook_path}`} />
      <p className="hint">{w.reach}</p>
      {feed && connection.secret && <><Copyable label={w.madeSecret} value={connection.secret} /><p><strong>{w.secretOnce}</strong></p></>}
      {feed && <p className="hint">{w.queueHow}</p>}
      <p>{say(w.test, connection.kind)}</p>
      <button type="button" className="button primary" onClick={seen}>{w.seen}</button>
    </Card>
  );
}
