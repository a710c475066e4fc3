/** The people of the organisation: who they are, what they do, and whether they still sign in. */
import { usePeople, useRoles, useSession } from '../../api/queries';
import { Confirm } from '../../parts/confirm';
import { Form } from '../../parts/form';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { words } from '../../words';
import { SetupPage } from '../setup/setup_screen';
import { AddPerson } from './add_person';
import { NewPassword } from './new_password';
import { personFrom, PersonFields, roleNames } from './person_fields';
import { useChangePerson, useJobRoles, type JobRole, type Person } from './queries';

const w = words.people;

interface PersonLineProps {
  person: Person;
  jobs: JobRole[];
}

function ChangePerson({ person, name, jobs }: PersonLineProps & { name: string }) {
  const change = useChangePerson(person);
  const signsIn = useChangePerson(person);
  const { person: me } = useSession();
  return (
    <>
      <Form key={person.version} write={change} kind="plain" submit={w.changeSubmit} send={personFrom}>
        <PersonFields jobs={jobs} person={person} />
      </Form>
      {person.id !== me.id && <NewPassword person={person} name={name} />}
      {person.id !== me.id && (person.disabled
        ? <Confirm ask={w.start} question={w.startQuestion(name)} write={signsIn} input={{ disabled: false }} />
        : <Confirm ask={w.stop} question={w.stopQuestion(name)} write={signsIn} input={{ disabled: true }} />)}
    </>
  );
}

/** For whoever may change people the line itself unfolds. */
function PersonLine({ person, jobs, changes }: PersonLineProps & { changes: boolean }) {
  const name = person.display_name ?? w.nobodysName;
  const job = jobs.find(({ id }) => id === person.job_role);
  const line = (
    <span className="line">
      <strong>{name}</strong> {person.disabled && <span className="tag plain">{w.off}</span>}
      <span className="fine">{[roleNames(person.roles), job?.title].filter(Boolean).join(' · ')}</span>
    </span>
  );
  if (!changes) return <li>{line}</li>;
  return (
    <li>
      <Disclosure className="line-fold" summary={line}>
        <ChangePerson person={person} name={name} jobs={jobs} />
      </Disclosure>
    </li>
  );
}

/** Everybody by team, those who cannot sign in any more at the end of theirs. */
function byTeam(people: Person[]): [team: string, people: Person[]][] {
  const teams = [...new Set(people.map(({ team }) => team))].sort();
  return teams.map((team) => {
    const inside = people.filter((one) => one.team === team);
    return [team, [...inside.filter(({ disabled }) => !disabled), ...inside.filter(({ disabled }) => disabled)]];
  });
}

export function PeopleScreen() {
  const people = usePeople();
  const jobs = useJobRoles();
  const changes = useRoles().has('admin');
  return (
    <SetupPage title={w.title} lead={changes ? w.leadAdmin : w.lead}>
      <Loaded query={people}>
        {(everybody) => (
          <>
            {byTeam(everybody).map(([team, inside]) => (
              <Card key={team} title={team || w.noTeam}>
                <ul className="lines">
                  {inside.map((one) => <PersonLine key={one.id} person={one} jobs={jobs.data ?? []} changes={changes} />)}
                </ul>
              </Card>
            ))}
            {changes ? <AddPerson jobs={jobs.data ?? []} open={everybody.length < 2} /> : <p className="hint">{w.onlyAdmin}</p>}
          </>
        )}
      </Loaded>
    </SetupPage>
  );
}
