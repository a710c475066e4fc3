/** The reader's own API tokens: made, shown once, revoked. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, client, type Schemas } from '../../api/client';
import { useWrite, type Write } from '../../api/write';
import { Confirm } from '../../parts/confirm';
import { Copyable } from '../../parts/copyable';
import { Choice, Form, Select, TextField } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { say, words } from '../../words';

type Token = Schemas['Token'];
const w = words.tokens;
const dayMilliseconds = 86_400_000;
const scopesOf: Record<string, string[]> = { read: ['read'], write: ['write'], both: ['read', 'write'] };

function Secret({ token, done }: { token: Token; done: () => void }) {
  return (
    <div className="notice stack" role="status">
      <h3>{w.made(token.name)}</h3>
      <p>{w.once}</p>
      <Copyable label={w.token} value={token.token ?? ''} />
      <p className="fine">{w.how}</p>
      <button type="button" className="button primary" onClick={done}>{w.seen}</button>
    </div>
  );
}

function MakeToken({ then }: { then: (token: Token) => void }) {
  const make = useWrite<Schemas['NewToken'], Token>((body, header) => client.POST('/api/v1/tokens', { params: { header }, body }));
  return (
    <Form write={make} submit={w.submit} then={then}
          send={(values) => {
            const days = values.integer('/expires_at') ?? 0;
            return {
              name: values.text('/name') ?? '',
              scopes: scopesOf[values.text('/scopes') ?? ''] ?? [],
              expires_at: days === 0 ? undefined : new Date(Date.now() + days * dayMilliseconds).toISOString(),
            };
          }}>
      <TextField name="/name" label={w.name} hint={w.nameHint} required />
      <Choice name="/scopes" label={w.scope} required defaultValue="read"
              options={Object.entries(w.scopeOptions).map(([code, [label, meaning]]) => [code, label, meaning])} />
      <Select name="/expires_at" label={w.lasts} required defaultValue="90" options={[30, 90, 365, 0].map((days) => [String(days), w.lastsFor[days]!])} />
    </Form>
  );
}

function TokenLine({ token, revoke, then }: { token: Token; revoke: Write<string, unknown>; then: () => void }) {
  const format = useFormat();
  const scope = token.scopes.length > 1 ? 'both' : (token.scopes[0] ?? '');
  return (
    <li>
      <p><strong>{token.name}</strong></p>
      <p className="fine">{say(w.scopes, scope)} · {token.expires_at === null ? w.forever : w.until(format.day(token.expires_at))}</p>
      <Confirm ask={w.revoke} label={w.revokeOf(token.name)} question={w.revokeQuestion(token.name)} write={revoke} input={token.id} then={then} />
    </li>
  );
}

export function Tokens() {
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: () => answer(client.GET('/api/v1/tokens')) });
  // The revoking outlives the line that it takes away, so that what came of it can be said.
  const revoke = useWrite<string, unknown>((id, header) => client.DELETE('/api/v1/tokens/{id}', { params: { path: { id }, header } }));
  const [made, setMade] = useState<Token | null>(null);
  const [revoked, setRevoked] = useState('');
  return (
    <Card title={w.title}>
      <p className="hint">{w.lead}</p>
      {made && <Secret token={made} done={() => setMade(null)} />}
      <Loaded query={tokens}>
        {(items) => items.length === 0 ? <p className="empty">{w.empty}</p> : (
          <ul className="lines">
            {items.map((one) => <TokenLine key={one.id} token={one} revoke={revoke} then={() => setRevoked(w.revoked(one.name))} />)}
          </ul>
        )}
      </Loaded>
      <p role="status" className="said">{revoked}</p>
      <Disclosure summary={w.make}><MakeToken then={setMade} /></Disclosure>
    </Card>
  );
}
