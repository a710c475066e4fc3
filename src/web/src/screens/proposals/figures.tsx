/** What stands beside a proposal: the figures of the record, what doing it always would take, and its trials. */
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { useSession } from '../../api/queries';
import { useFormat } from '../../parts/format';
import { Disclosure } from '../../parts/page';
import { personName } from '../../parts/record';
import { say, words } from '../../words';

type Proposal = Schemas['Proposal'];
type Capacity = Schemas['Capacity'];
type Trial = Schemas['Trial'];
const w = words.proposals;

const inAHundred = (share: number) => `${Math.round(share * 100)} %`;
const figure = (value: number) => String(Math.round(value * 10) / 10);

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function HalfHours({ of, team }: { of: Schemas['QueueCapacity']; team: string }) {
  return (
    <div className="table-scroll" role="region" aria-label={w.halfHours(team)} tabIndex={0}>
      <table>
        <caption>{w.halfHours(team)}</caption>
        <thead><tr>{w.halfHourHeads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
        <tbody>
          {of.half_hours.map((one) => (
            <tr key={one.day + one.starts}>
              <th scope="row">{one.day} {one.starts}</th>
              <td className="number">{w.fromTo(inAHundred(one.before.late_share), inAHundred(one.after.late_share))}</td>
              <td className="number">{w.fromTo(w.seconds(one.before.mean_wait_s), w.seconds(one.after.mean_wait_s))}</td>
              <td className="number">{one.agents}</td>
              <td className="number">{one.more_agents}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CapacityView({ of }: { of: Capacity }) {
  const format = useFormat();
  return (
    <>
      <p>{format.sentence(of.sentence)}</p>
      <Disclosure summary={w.capacity}>
        <dl className="figures">
          <Figure name={w.casesAWeek}>{figure(of.cases_a_week)}</Figure>
          <Figure name={w.usesAWeek}>{figure(of.uses_a_week)}</Figure>
          <Figure name={w.minutesEach}>{figure(of.minutes_each)}</Figure>
          <Figure name={w.minutesAWeek}>{figure(of.minutes_a_week)}</Figure>
          <Figure name={w.moneyAWeek}>{format.money(of.amount_a_week)}</Figure>
        </dl>
        <p className="fine">{w.howCounted(of.how_counted, of.cases, of.days)}</p>
        {of.teams.map(({ team, queue }) => queue && (
          <div key={team}>
            <p>{queue.enough ? w.enough(team) : w.notEnough(team, figure(queue.more_agent_hours))}</p>
            <HalfHours of={queue} team={team} />
            <p className="fine">{w.calibration(queue.calibration_version, inAHundred(queue.share), figure(queue.customers_a_week))}</p>
          </div>
        ))}
      </Disclosure>
    </>
  );
}

export function Figures({ one }: { one: Proposal }) {
  const format = useFormat();
  return (
    <>
      <p>{format.sentence(one.evidence)}</p>
      <dl className="figures">
        <Figure name={w.uses}>{one.uses}</Figure>
        <Figure name={w.customers}>{one.customers}</Figure>
        <Figure name={w.valued}>{one.valued}</Figure>
        <Figure name={w.cost}>{format.money(one.cost)}</Figure>
      </dl>
      {one.capacity && <CapacityView of={one.capacity} />}
      {one.record_shows && <Disclosure summary={w.recordShows}><p>{one.record_shows}</p></Disclosure>}
    </>
  );
}

export function TrialView({ of }: { of: Trial }) {
  const format = useFormat();
  const { person } = useSession();
  const stop = of.status === 'stop suggested';
  return (
    <section className="trial" aria-label={w.trial}>
      <p>
        <strong>{w.trial}</strong> <span className={stop ? 'tag alarm' : 'tag'} role="status">{say(w.trialStatus, of.status)}</span>
      </p>
      <p className="fine">{w.trialOf(of.team, format.time(of.from), format.time(of.until), personName(of.owner, person.id))}</p>
      {stop && <p className="notice">{w.stopSuggested}</p>}
      {of.shows && (
        <dl>
          <dt>{w.beforeTrial}</dt>
          <dd>{of.shows.before.sentence}</dd>
          <dt>{w.duringTrial}</dt>
          <dd>{of.shows.during.sentence}</dd>
        </dl>
      )}
      {of.watched.length > 0 && (
        <Disclosure summary={w.watched}><ul>{of.watched.map((what) => <li key={what}>{what}</li>)}</ul></Disclosure>
      )}
    </section>
  );
}
