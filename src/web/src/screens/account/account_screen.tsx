/** What belongs to the reader alone: their password and their tokens. */
import { useState } from 'react';
import { client, type Schemas } from '../../api/client';
import { useSession } from '../../api/queries';
import { useWrite } from '../../api/write';
import { Form, TextField } from '../../parts/form';
import { Card, Disclosure, Page } from '../../parts/page';
import { roleNames } from '../people/person_fields';
import { words } from '../../words';
import { Tokens } from './tokens';

const w = words.account;

function Password() {
  const change = useWrite<Schemas['NewPassword'], unknown>((body, header) => client.POST('/api/v1/session/password', { params: { header }, body }));
  const [said, say] = useState('');
  return (
    <Card title={w.password}>
      <p role="status" className="said">{said}</p>
      <Disclosure summary={w.change}>
        <Form write={change} submit={w.submit} then={() => say(w.changed)}
              send={(values) => ({ password: values.raw('/password'), new_password: values.raw('/new_password') })}>
          <TextField name="/password" label={w.present} type="password" autoComplete="current-password" required />
          <TextField name="/new_password" label={w.wanted} hint={w.wantedHint} type="password" autoComplete="new-password" required />
        </Form>
      </Disclosure>
    </Card>
  );
}

export function AccountScreen() {
  const { person, roles, team } = useSession();
  return (
    <Page title={person.name ?? w.title} over={w.title} lead={[roleNames(roles), team].filter(Boolean).join(' · ')}>
      <Password />
      <Tokens />
    </Page>
  );
}
