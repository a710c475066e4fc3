/** A new password for somebody who has forgotten theirs; it is shown once, to be handed over. */
import { useRef, useState } from 'react';
import { Form, TextField } from '../../parts/form';
import { Disclosure } from '../../parts/page';
import { words } from '../../words';
import { HandOver, type Handover } from './hand_over';
import { suggestPassword } from './password';
import { useChangePerson, type Person } from './queries';

const w = words.people;

export function NewPassword({ person, name }: { person: Person; name: string }) {
  const change = useChangePerson(person);
  const [suggestion, suggestAgain] = useState(suggestPassword);
  const [handover, setHandover] = useState<Handover | null>(null);
  const sent = useRef('');
  return (
    <>
      {handover && <HandOver one={handover} done={() => setHandover(null)} />}
      <Disclosure summary={w.newPassword}>
        <Form write={change} kind="plain" submit={w.newPasswordSubmit}
              then={() => { setHandover({ title: w.newPasswordSet(name), password: sent.current }); suggestAgain(suggestPassword); }}
              send={(values) => ({ password: (sent.current = values.raw('/password')) })}>
          <TextField key={suggestion} name="/password" label={w.newPasswordField} hint={w.newPasswordHint} defaultValue={suggestion} required />
        </Form>
      </Disclosure>
    </>
  );
}
