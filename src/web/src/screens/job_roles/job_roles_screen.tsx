/** Job roles: which gestures are part of whose job. */
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useGestures, usePeople, useRoles } from '../../api/queries';
import { Checks, ticked } from '../../parts/checks';
import { Form, TextField } from '../../parts/form';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { words } from '../../words';
import { useAddJobRole, useJobRoles, type JobRole } from '../people/queries';
import { SetupPage } from '../setup/setup_screen';

type Gesture = Schemas['Gesture'];
const w = words.jobs;

function JobLine({ job, gestures }: { job: JobRole; gestures: Gesture[] }) {
  const people = usePeople();
  const holders = (people.data ?? []).filter((one) => one.job_role === job.id && !one.disabled).map((one) => one.display_name ?? words.someone);
  return (
    <li>
      <p><strong>{job.title}</strong></p>
      {job.duties.length === 0 ? <p className="fine">{w.noDuties}</p> : (
        <ul className="bullets">{job.duties.map((code) => <li key={code}>{gestures.find((one) => one.code === code)?.title ?? code}</li>)}</ul>
      )}
      <p className="fine">{w.has}: {holders.length > 0 ? holders.join(', ') : w.nobody}</p>
    </li>
  );
}

function AddJob({ gestures, open }: { gestures: Gesture[]; open: boolean }) {
  const add = useAddJobRole();
  const active = gestures.filter(({ state }) => state === 'active');
  const codes = active.map(({ code }) => code);
  return (
    <Disclosure className="card" summary={w.add} open={open}>
      <Form write={add} submit={w.submit} send={(values) => ({ title: values.text('/title') ?? '', duties: ticked(values, '/duties', codes) })}>
        <TextField name="/title" label={w.name} hint={w.nameHint} required />
        {active.length > 0
          ? <Checks name="/duties" label={w.duties} hint={w.dutiesHint} options={active.map(({ code, title }) => [code, title])} />
          : <p className="hint">{w.noGestures} <Link to="/offer">{w.toOffer}</Link></p>}
      </Form>
    </Disclosure>
  );
}

export function JobRolesScreen() {
  const jobs = useJobRoles();
  const gestures = useGestures();
  const roles = useRoles();
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <Loaded query={jobs}>
        {(items) => (
          <>
            {items.length === 0 ? <p className="empty">{w.empty}</p> : (
              <Card title={w.list} aside={roles.has('admin') && <Link to="/setup/people">{w.give}</Link>}>
                <ul className="lines">{items.map((one) => <JobLine key={one.id} job={one} gestures={gestures.data ?? []} />)}</ul>
              </Card>
            )}
            {roles.has('manager', 'admin') && <AddJob gestures={gestures.data ?? []} open={items.length === 0} />}
          </>
        )}
      </Loaded>
    </SetupPage>
  );
}
