/** The record, event by event, the newest first; what is looked for stands in the address. */
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useInfiniteQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useRoles, useSession } from '../../api/queries';
import { Form, optionsOf, Select, TextField } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { personName } from '../../parts/record';
import { words } from '../../words';
import { SetupPage } from '../setup/setup_screen';

type Event = Schemas['Event'];
const w = words.events;
const route = getRouteApi('/setup/events');

/** A kind that a newer server knows is still read: "policy_published" as "Policy published". */
export function sayKind(kind: string): string {
  return w.kinds[kind] ?? kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('_', ' ');
}

const useEvents = (caseId: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['events', caseId ?? ''],
    initialPageParam: Number.MAX_SAFE_INTEGER,
    queryFn: ({ pageParam }) => answer(client.GET('/api/v1/events', { params: { query: { before: pageParam, ...(caseId ? { case: caseId } : {}) } } })),
    getNextPageParam: (last) => (last.next === null ? undefined : Number(last.next)),
  });

function LookFor() {
  const { case: caseId, kind } = route.useSearch();
  const navigate = useNavigate();
  const look = (search: { case?: string | undefined; kind?: string | undefined }) => void navigate({
    to: '/setup/events', search: { ...(search.case ? { case: search.case } : {}), ...(search.kind ? { kind: search.kind } : {}) },
  });
  const write = { run: look, reset: () => undefined, busy: false, error: null, data: undefined };
  return (
    <Disclosure className="card" summary={w.filter} open={Boolean(caseId ?? kind)}>
      <Form write={write} kind="plain" keep submit={w.show}
            send={(values) => ({ case: values.text('/case')?.split('/').pop(), kind: values.text('/kind') })}>
        <TextField name="/case" label={w.case} hint={w.caseHint} defaultValue={caseId} />
        <Select name="/kind" label={w.kind} none={w.anyKind} defaultValue={kind ?? ''}
                options={optionsOf(w.kinds).sort(([, a], [, b]) => a.localeCompare(b))} />
      </Form>
    </Disclosure>
  );
}

function EventLine({ one }: { one: Event }) {
  const format = useFormat();
  const { person } = useSession();
  const serves = useRoles().has('agent', 'lead', 'manager');
  return (
    <li className="event">
      <p><strong>{sayKind(one.kind)}</strong> <span className="fine">{personName(one.actor, person.id)}, <time dateTime={one.recorded_at}>{format.time(one.recorded_at)}</time></span></p>
      {one.case_id && serves && <p><Link to="/cases/$caseId" params={{ caseId: one.case_id }}>{w.seeCase}<span className="hidden"> {w.number(one.seq)}</span></Link></p>}
      <Disclosure summary={<>{w.details} <span className="fine">{w.number(one.seq)}</span></>}>
        <pre className="kept">{JSON.stringify(one.body, null, 2)}</pre>
        <p className="fine">{w.hash}: <code>{one.hash}</code></p>
      </Disclosure>
    </li>
  );
}

export function EventsScreen() {
  const { case: caseId, kind } = route.useSearch();
  const events = useEvents(caseId);
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <LookFor key={`${caseId} ${kind}`} />
      <Loaded query={events}>
        {({ pages }) => {
          const read = pages.flatMap(({ items }) => items);
          const shown = kind ? read.filter((one) => one.kind === kind) : read;
          return (
            <Card>
              <p role="status" className="fine">{kind && w.onlyKind(sayKind(kind), shown.length, read.length)}</p>
              {shown.length === 0 && <p className="empty">{w.empty}</p>}
              <ol className="events">{shown.map((one) => <EventLine key={one.seq} one={one} />)}</ol>
              {events.hasNextPage && (
                <button type="button" className="button plain" aria-disabled={events.isFetchingNextPage}
                        onClick={() => !events.isFetchingNextPage && void events.fetchNextPage()}>{w.more}</button>
              )}
            </Card>
          );
        }}
      </Loaded>
    </SetupPage>
  );
}
