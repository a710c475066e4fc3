/** Adding a person; what they sign in with is shown once, to be handed over. */
import { useRef, useState } from 'react';
import { Form, TextField } from '../../parts/form';
import { Disclosure } from '../../parts/page';
import { words } from '../../words';
import { HandOver, type Handover } from './hand_over';
import { suggestPassword } from './password';
import { personFrom, PersonFields } from './person_fields';
import { useAddPerson, type JobRole } from './queries';

const w = words.people;

export function AddPerson({ jobs, open }: { jobs: JobRole[]; open: boolean }) {
  const add = useAddPerson();
  const [suggestion, suggestAgain] = useState(suggestPassword);
  const [handover, setHandover] = useState<Handover | null>(null);
  const sent = useRef<Handover | null>(null);
  return (
    <>
      {handover && <HandOver one={handover} done={() => setHandover(null)} />}
      <Disclosure className="card" summary={w.add} open={open}>
        <Form write={add} submit={w.submit}
              then={() => { setHandover(sent.current); suggestAgain(suggestPassword); }}
              send={(values) => {
                const name = values.text('/display_name') ?? '';
                const signInName = values.text('/sign_in_name');
                const password = values.raw('/password');
                sent.current = signInName === undefined ? null : { title: w.added(name), signInName, password };
                return {
                  display_name: name, ...personFrom(values),
                  ...(signInName === undefined && password === suggestion ? {} : { sign_in_name: signInName, password: password === '' ? undefined : password }),
                };
              }}>
          <TextField name="/display_name" label={w.name} required />
          <PersonFields jobs={jobs} />
          <fieldset className="group">
            <legend>{w.signsIn}</legend>
            <p className="hint">{w.signInHint}</p>
            <div className="pair">
              <TextField name="/sign_in_name" label={w.signInName} />
              <TextField key={suggestion} name="/password" label={w.password} hint={w.passwordHint} defaultValue={suggestion} />
            </div>
          </fieldset>
        </Form>
      </Disclosure>
    </>
  );
}
