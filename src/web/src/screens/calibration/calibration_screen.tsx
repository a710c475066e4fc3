/** What forecasts rest on: the team's calls as learnt from its logs, half-hour by half-hour, as a picture and in figures. */
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { answer, client, ProblemError, type Schemas } from '../../api/client';
import { useRoles, useSession } from '../../api/queries';
import { useTeams } from '../../parts/fields';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { Table } from '../../parts/table';
import { say, words } from '../../words';
import { SetupPage } from '../setup/setup_screen';

type Calibration = Schemas['Calibration'];
type HalfHour = Schemas['CalibratedHalfHour'];
const w = words.calibration;
const route = getRouteApi('/setup/forecasts');
const halfHoursADay = 48;

/** Null where the team has no calls yet: nothing is wrong then. */
const useCalibration = (team: string) =>
  useQuery({
    queryKey: ['calibration', team],
    queryFn: async (): Promise<Calibration | null> => {
      try {
        return await answer(client.GET('/api/v1/calibrations/current', { params: { query: { team } } }));
      } catch (error) {
        if (error instanceof ProblemError && error.problem.status === 404) return null;
        throw error;
      }
    },
  });

const placeOf = (starts: string) => {
  const [hours = 0, minutes = 0] = starts.split(':').map(Number);
  return hours * 2 + (minutes >= 30 ? 1 : 0);
};
const patience = (seconds: number | null) => (seconds === null ? w.nobodyGaveUp : w.seconds(seconds));

/** One bar for each half-hour of the day; the table says the same. */
function Chart({ label, of, most }: { label: string; of: HalfHour[]; most: number }) {
  const height = 60;
  const hours = [0, 6, 12, 18, 24];
  return (
    <svg className="day-chart" viewBox={`0 0 ${halfHoursADay * 6} ${height + 14}`} role="img" aria-label={label}>
      <path className="ground" d={`M0 ${height}.5H${halfHoursADay * 6}`} />
      {of.map((one) => {
        const tall = (one.calls_per_hour / most) * (height - 4);
        return <rect key={one.starts} x={placeOf(one.starts) * 6 + 0.5} y={height - tall} width="5" height={tall} />;
      })}
      {hours.map((hour) => (
        <text key={hour} x={hour * 12} y={height + 12} textAnchor={hour === 0 ? 'start' : hour === 24 ? 'end' : 'middle'}>{hour}</text>
      ))}
    </svg>
  );
}

function Day({ day, of, most }: { day: string; of: HalfHour[]; most: number }) {
  const format = useFormat();
  const name = say(w.day, day);
  const calls = (one: HalfHour) => format.count(Math.round(one.calls_per_hour * 10) / 10);
  const busiest = of.reduce((best, one) => (one.calls_per_hour > best.calls_per_hour ? one : best));
  return (
    <Card title={name}>
      <Chart label={w.chart(name)} of={of} most={most} />
      <p>{w.busiest(busiest.starts, calls(busiest))}</p>
      <Disclosure summary={w.table(name)}>
        <Table label={w.table(name)} heads={w.heads}>
          {of.map((one) => (
            <tr key={one.starts}>
              <th scope="row">{one.starts}</th>
              <td className="number">{calls(one)}</td>
              <td className="number">{w.seconds(one.handle_s)}</td>
              <td className="number">{patience(one.patience_s)}</td>
              <td className="number">{format.count(Math.round(one.agents * 10) / 10)}</td>
              <td className="number">{one.days}</td>
            </tr>
          ))}
        </Table>
      </Disclosure>
    </Card>
  );
}

function Skills({ of }: { of: Calibration['skills'] }) {
  const format = useFormat();
  if (of.length === 0) return null;
  return (
    <Card title={w.skills}>
      <Table label={w.skills} heads={w.skillHeads}>
        {of.map((one) => (
          <tr key={one.skill}>
            <th scope="row">{one.skill || w.rare}</th>
            <td className="number">{format.count(one.calls)}</td>
            <td className="number">{w.seconds(one.handle_s)}</td>
            <td className="number">{patience(one.patience_s)}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function Learnt({ of }: { of: Calibration }) {
  const format = useFormat();
  const days = [...new Set(of.half_hours.map(({ day }) => day))];
  const most = Math.max(...of.half_hours.map((one) => one.calls_per_hour), 0.1);
  return (
    <>
      <p>{w.from(format.count(of.calls), format.day(of.from), format.day(of.to))}</p>
      {days.map((day) => <Day key={day} day={day} of={of.half_hours.filter((one) => one.day === day)} most={most} />)}
      <Skills of={of.skills} />
    </>
  );
}

function NothingYet() {
  const imports = useRoles().has('manager', 'admin');
  return (
    <Card>
      <p className="empty">{w.empty}</p>
      {imports ? <p><Link to="/setup/call-logs">{w.importFirst}</Link></p> : <p>{w.askManager}</p>}
    </Card>
  );
}

export function CalibrationScreen() {
  const asked = route.useSearch().team;
  const own = useSession().team;
  const team = asked ?? own;
  const teams = useTeams();
  const navigate = useNavigate();
  const calibration = useCalibration(team);
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <div className="field">
        <label htmlFor="calibrated-team">{w.team}</label>
        <select id="calibrated-team" value={team} onChange={(event) => void navigate({ to: '/setup/forecasts', search: { team: event.currentTarget.value } })}>
          {[...new Set([team, ...teams])].filter(Boolean).map((one) => <option key={one} value={one}>{one}</option>)}
        </select>
      </div>
      <Loaded query={calibration}>{(of) => (of ? <Learnt of={of} /> : <NothingYet />)}</Loaded>
    </SetupPage>
  );
}
