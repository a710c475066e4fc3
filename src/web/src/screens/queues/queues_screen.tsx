/** The live queues: what each says now, whether a check counts on it, and what became of its events. */
import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useRoles } from '../../api/queries';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { say, words } from '../../words';
import { SetupPage } from '../setup/setup_screen';

type Queue = Schemas['LiveQueue'];
const w = words.queues;
const countNames = ['accepted', 'duplicate', 'late', 'out_of_order', 'refused'] as const;
const everyMilliseconds = 10_000;

const useQueues = () =>
  useQuery({ queryKey: ['queues'], refetchInterval: everyMilliseconds, queryFn: () => answer(client.GET('/api/v1/queues')) });

function Facts({ of }: { of: Queue }) {
  const tickets = of.tickets_waiting + of.tickets_in_hand > 0;
  return (
    <>
      <dl className="known">
        <div><dt>{w.waiting}</dt><dd>{of.waiting}</dd></div>
        <div><dt>{w.longest}</dt><dd>{words.calibration.seconds(of.longest_wait_s)}</dd></div>
        <div><dt>{w.serving}</dt><dd>{of.in_service}</dd></div>
        <div><dt>{w.on}</dt><dd>{of.agents_on ?? w.onUnknown}</dd></div>
        {tickets && <div><dt>{w.tickets}</dt><dd>{w.ticketsOf(of.tickets_waiting, of.tickets_late, of.tickets_in_hand)}</dd></div>}
      </dl>
      {of.waiting_by_skill.length > 0 && (
        <p className="fine">{w.bySkill(of.waiting_by_skill.map(({ skill, waiting }) => `${skill || w.other} ${waiting}`).join(', '))}</p>
      )}
    </>
  );
}

function QueueCard({ of }: { of: Queue }) {
  const format = useFormat();
  const heard = of.newest_event_at && format.time(of.newest_event_at);
  return (
    <Card title={of.team} aside={<span className={of.fresh ? 'tag' : 'tag plain'}>{of.fresh ? w.fresh : w.silent}</span>}>
      <p>{!heard ? w.never : of.fresh ? w.freshSince(heard) : w.silentSince(heard)}</p>
      {of.fresh && <Facts of={of} />}
      <Disclosure summary={w.events}>
        <ul className="plain-list">{countNames.map((name) => <li key={name}>{format.count(of[name])} {say(w.counts, name)}</li>)}</ul>
      </Disclosure>
    </Card>
  );
}

export function QueuesScreen() {
  const queues = useQueues();
  const connects = useRoles().has('admin');
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <Loaded query={queues}>
        {(items) => items.length > 0 ? items.map((of) => <QueueCard key={of.team} of={of} />) : (
          <Card>
            <p className="empty">{w.empty}</p>
            {connects ? <p><Link to="/setup/connections">{w.emptyAdmin}</Link></p> : <p>{w.emptyOther}</p>}
          </Card>
        )}
      </Loaded>
    </SetupPage>
  );
}
