/** When each team works on its tickets: seen by everybody who serves, set by a manager. */
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useRoles } from '../../api/queries';
import { useWrite } from '../../api/write';
import { TeamField } from '../../parts/fields';
import { Form, TextField } from '../../parts/form';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { say, words } from '../../words';
import { SetupPage } from '../setup/setup_screen';
import { stretchesOf, textOf, weekdays } from './hours_text';

type Hours = Schemas['WorkingHours'];
const w = words.hours;

const useWorkingHours = () =>
  useQuery({ queryKey: ['working-hours'], queryFn: () => answer(client.GET('/api/v1/working-hours')) });

const useSetWorkingHours = () =>
  useWrite<Hours, Hours>((body, header) => client.POST('/api/v1/working-hours', { params: { header }, body }));

const usual: Hours = {
  team: '', ticket_minutes: 15, agents: 1,
  days: Object.fromEntries(weekdays.slice(0, 5).map((day) => [day, [{ from: '09:00', to: '17:00' }]])),
};

function HoursForm({ of, known }: { of: Hours; known: boolean }) {
  const set = useSetWorkingHours();
  return (
    <>
      <Form key={JSON.stringify(of)} write={set} kind={known ? 'plain' : 'primary'} submit={w.submit}
            send={(values) => ({
              team: known ? of.team : values.text('/team') ?? '',
              ticket_minutes: values.integer('/ticket_minutes') ?? 0,
              agents: values.integer('/agents') ?? 0,
              days: Object.fromEntries(weekdays.map((day) => [day, stretchesOf(values.text(`/days/${day}`))])),
            })}>
        {!known && <TeamField name="/team" label={w.team} hint={w.teamHint} required />}
        <fieldset className="subfields">
          <legend>{w.days}</legend>
          <p className="hint">{w.daysHint}</p>
          {weekdays.map((day) => <TextField key={day} name={`/days/${day}`} label={say(w.day, day)} defaultValue={textOf(of.days[day])} />)}
        </fieldset>
        <div className="pair">
          <TextField name="/ticket_minutes" label={w.minutes} type="number" size="short" min={1} max={10_000} defaultValue={String(of.ticket_minutes)} required />
          <TextField name="/agents" label={w.agents} type="number" size="short" min={1} max={1000} defaultValue={String(of.agents)} required />
        </div>
      </Form>
      <div role="status">{set.data && <p className="notice">{w.saved(set.data.team)}</p>}</div>
    </>
  );
}

function Team({ of, mayChange }: { of: Hours; mayChange: boolean }) {
  return (
    <Card title={of.team}>
      <dl className="known">
        {weekdays.map((day) => (
          <div key={day}>
            <dt>{say(w.day, day)}</dt>
            <dd>{textOf(of.days[day]).replaceAll('-', '–') || w.free}</dd>
          </div>
        ))}
      </dl>
      <p className="fine">{w.summary(words.minutes(of.ticket_minutes), of.agents)}</p>
      {mayChange && <Disclosure summary={<>{w.change}<span className="hidden"> {of.team}</span></>}><HoursForm of={of} known /></Disclosure>}
    </Card>
  );
}

export function WorkingHoursScreen() {
  const hours = useWorkingHours();
  const mayChange = useRoles().has('manager');
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <Loaded query={hours}>
        {(teams) => (
          <>
            {teams.length === 0 && <p className="empty">{w.empty}</p>}
            {teams.map((of) => <Team key={of.team} of={of} mayChange={mayChange} />)}
            {mayChange ? <Disclosure className="card" summary={w.add} open={teams.length === 0}><HoursForm of={usual} known={false} /></Disclosure>
              : <p className="hint">{w.readOnly}</p>}
          </>
        )}
      </Loaded>
    </SetupPage>
  );
}
