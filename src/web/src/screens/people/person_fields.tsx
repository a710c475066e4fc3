/** What is asked of a person whether they are new or known: roles, team, job role. */
import { Link } from '@tanstack/react-router';
import type { Role } from '../../api/queries';
import { Checks, ticked } from '../../parts/checks';
import { TeamField } from '../../parts/fields';
import { Select, type Values } from '../../parts/form';
import { say, words } from '../../words';
import type { JobRole, Person } from './queries';

const w = words.people;
const roles = Object.keys(words.role) as Role[];

/** "Team lead": a role where it stands by itself. */
export function roleName(role: string): string {
  const name = say(words.role, role);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** "Agent, learner": several roles as one line. */
export function roleNames(several: Role[]): string {
  const names = several.map((role) => say(words.role, role)).join(', ');
  return names.charAt(0).toUpperCase() + names.slice(1);
}

export function PersonFields({ jobs, person }: { jobs: JobRole[]; person?: Person }) {
  const held = person?.job_role ?? null;
  return (
    <>
      <Checks name="/roles" label={w.roles} hint={w.rolesHint} required defaultValue={person?.roles ?? []}
              options={roles.map((role) => [role, roleName(role), say(words.roleMeans, role)])} />
      <div className="pair">
        <TeamField name="/team" label={w.team} {...(person ? { defaultValue: person.team } : { hint: w.teamHint })} />
        {jobs.length > 0 ? (
          // The server keeps a job role that was given: it can be changed for another, not for none.
          <Select name="/job_role" label={w.job} hint={w.jobHint} {...(held === null ? { none: w.jobNone } : { defaultValue: held })}
                  options={jobs.map(({ id, title }) => [id, title])} />
        ) : <p className="hint"><Link to="/setup/job-roles">{w.jobsFirst}</Link></p>}
      </div>
    </>
  );
}

export function personFrom(values: Values) {
  return { roles: ticked(values, '/roles', roles), team: values.text('/team'), job_role: values.text('/job_role') };
}
