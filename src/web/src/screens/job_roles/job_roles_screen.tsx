/** Job roles: which gestures are part of whose job. */
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useGestures, useColleagues, useRoles } from '../../api/queries';
import { Checks, ticked } from '../../parts/checks';
import { Form, TextField, type Values } from '../../parts/form';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { words } from '../../words';
import { useAddJobRole, useChangeJobRole, useJobRoles, type JobRole } from '../people/queries';
import { SetupPage } from '../setup/setup_screen';

type Gesture = Schemas['Gesture'];
const w = words.jobs;

function JobLine({ job, gestures, changes }: { job: JobRole; gestures: Gesture[]; changes: boolean }) {
  const people = useColleagues();
  const holders = (people.data ?? []).filter((one) => one.job_role === job.id).map((one) => one.display_name ?? words.someone);
  return (
    <li>
      <p><strong>{job.title}</strong></p>
      {job.duties.length === 0 ? <p className="fine">{w.noDuties}</p> : (
        <ul className="bullets">{job.duties.map((code) => <li key={code}>{gestures.find((one) => one.code === code)?.title ?? code}</li>)}</ul>
      )}
      <p className="fine">{w.has}: {holders.length > 0 ? holders.join(', ') : w.nobody}</p>
      {changes && gestures.length > 0 && <ChangeJob job={job} gestures={gestures} />}
    </li>
  );
}

/** Title and duties, of a new job role or of one that changes. A duty that is out of the catalogue by now stays as it is. */
function JobFields({ gestures, job }: { gestures: Gesture[]; job?: JobRole }) {
  const offered = gestures.filter(({ code, state }) => state === 'active' || job?.duties.includes(code));
  return (
    <>
      <TextField name="/title" label={w.name} hint={job ? undefined : w.nameHint} required defaultValue={job?.title} />
      {offered.length > 0
        ? <Checks name="/duties" label={w.duties} hint={w.dutiesHint} defaultValue={job?.duties ?? []} options={offered.map(({ code, title }) => [code, title])} />
        : <p className="hint">{w.noGestures} <Link to="/offer">{w.toOffer}</Link></p>}
    </>
  );
}

const jobFrom = (values: Values, gestures: Gesture[]) => ({ title: values.text('/title') ?? '', duties: ticked(values, '/duties', gestures.map(({ code }) => code)) });

function AddJob({ gestures, open }: { gestures: Gesture[]; open: boolean }) {
  const add = useAddJobRole();
  return (
    <Disclosure className="card" summary={w.add} open={open}>
      <Form write={add} submit={w.submit} send={(values) => jobFrom(values, gestures)}><JobFields gestures={gestures} /></Form>
    </Disclosure>
  );
}

function ChangeJob({ job, gestures }: { job: JobRole; gestures: Gesture[] }) {
  const change = useChangeJobRole(job);
  return (
    <Disclosure summary={<>{w.change}<span className="hidden"> {job.title}</span></>}>
      <Form key={job.version} write={change} kind="plain" submit={w.changeSubmit} send={(values) => jobFrom(values, gestures)}>
        <JobFields gestures={gestures} job={job} />
      </Form>
    </Disclosure>
  );
}

export function JobRolesScreen() {
  const jobs = useJobRoles();
  const gestures = useGestures();
  const roles = useRoles();
  const changes = roles.has('manager', 'admin');
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <Loaded query={jobs}>
        {(items) => (
          <>
            {items.length === 0 ? <p className="empty">{w.empty}</p> : (
              <Card title={w.list} aside={roles.has('admin') && <Link to="/setup/people">{w.give}</Link>}>
                <ul className="lines">{items.map((one) => <JobLine key={one.id} job={one} gestures={gestures.data ?? []} changes={changes} />)}</ul>
              </Card>
            )}
            {changes && <AddJob gestures={gestures.data ?? []} open={items.length === 0} />}
          </>
        )}
      </Loaded>
    </SetupPage>
  );
}
