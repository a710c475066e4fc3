/** The part of the organisation in memory that its set-up screens ask for: connections, hours, queues, calls. */
import type { Schemas } from '../api/client';

type S = Schemas;
type Reply = { status: number; body?: unknown };
type Route = [string, RegExp, (id: string, body: never, query: URLSearchParams) => Reply];
const ok = (body: unknown): Reply => ({ status: 200, body });

export const connectionId = '01958f00-0000-7000-8000-00000000c001';

function calibrationOf(team: string): S['Calibration'] {
  const half_hours = (['weekday', 'saturday'] as const).flatMap((day) =>
    Array.from({ length: day === 'weekday' ? 20 : 8 }, (_, place): S['CalibratedHalfHour'] => ({
      day, starts: `${String(8 + Math.floor(place / 2)).padStart(2, '0')}:${place % 2 === 0 ? '00' : '30'}`,
      calls_per_hour: 12 + 10 * Math.sin(place / 4), handle_s: 190, patience_s: place === 0 ? null : 240, agents: 3, days: 20,
    })));
  return {
    id: connectionId, team, calls: 4321, from: '2026-01-05T08:00:00Z', to: '2026-02-27T17:30:00Z', half_hours,
    skills: [{ skill: 'cards', calls: 3000, handle_s: 180, patience_s: 240 }, { skill: '', calls: 21, handle_s: 60, patience_s: null }],
  };
}

const someone = { id: '01958f00-0000-7000-8000-0000000000a3', name: 'Martin Webb' };
const procedure: S['ChangeProcedure'] = {
  name: 'Standard change procedure',
  states: [{ name: 'suggested', is: 'open' }, { name: 'on trial', is: 'trial' }, { name: 'adopted', is: 'adopted' }, { name: 'declined', is: 'declined' }],
  moves: [
    { from: 'suggested', to: 'on trial', who: ['author', 'manager'] }, { from: 'suggested', to: 'declined', who: ['manager'] },
    { from: 'on trial', to: 'adopted', who: ['manager'] }, { from: 'on trial', to: 'declined', who: ['manager'] },
  ],
};

/** One event of each kind, in order; a page holds two. */
const events = ['case_opened', 'idea_checked', 'customer_told', 'something_new'].map((kind, place): S['Event'] => ({
  seq: place + 1, kind, record_kind: 'record', record: connectionId, case_id: place < 3 ? connectionId : null, actor: someone,
  occurred_at: '2026-03-02T09:00:00Z', recorded_at: '2026-03-02T09:00:00Z', body: { outcome: 'allowed' }, hash: `hash-${place + 1}`,
}));

/** What is kept of the record and of those it is about. */
function recordRoutes(): Route[] {
  let current = procedure;
  const customer: S['Customer'] = {
    id: connectionId, pseudonym: 'customer K7Q2', name: 'Ann Lee', kind: 'external', segment: 'student', country: 'GB', business: false, public_official: false,
    vulnerable: true, age_verified: false, erased: false, cases: 2, gestures_last_12_months: 1, version: 1,
  };
  return [
    ['GET', /^\/change-procedure$/, () => ok(current)],
    ['POST', /^\/change-procedure$/, (_, body: S['ChangeProcedure']) => { current = body; return ok(body); }],
    ['GET', /^\/events$/, (_, __, query) => {
      const before = Number(query.get('before'));
      const of = events.toReversed().filter((one) => one.seq < before && (!query.get('case') || one.case_id === query.get('case')));
      return ok({ items: of.slice(0, 2), next: of.length > 2 ? String(of[1]!.seq) : null });
    }],
    ['GET', /^\/customers\/([^/]+)$/, () => ok(customer)],
    ['POST', /^\/customers\/([^/]+)\/erase$/, () => { Object.assign(customer, { name: null, erased: true, version: 2 }); return ok({ words: 3, customer: customer.id }); }],
    ['POST', /^\/feedback-reviews$/, () => ({ status: 201, body: { id: connectionId, version: 1 } })],
  ];
}

export function setupRoutes(): Route[] {
  const connections: S['Connection'][] = [];
  const hours: S['WorkingHours'][] = [];
  const queue: S['LiveQueue'] = {
    team: 'Branch desk', waiting: 3, waiting_by_skill: [{ skill: 'cards', waiting: 2 }, { skill: '', waiting: 1 }], longest_wait_s: 75, tickets_waiting: 9,
    tickets_late: 2, tickets_in_hand: 1, in_service: 4, agents_serving: 4, agents_on: 5, fresh: true, newest_event_at: '2026-03-02T09:29:55Z',
    received_at: '2026-03-02T09:29:56Z', accepted: 1204, duplicate: 3, late: 1, out_of_order: 0, refused: 0,
  };
  const silent: S['LiveQueue'] = { ...queue, team: 'Back office', fresh: false, newest_event_at: '2026-03-02T08:02:00Z' };
  let imported = false;
  const report = (dry: boolean): S['CallLogReport'] => ({
    id: dry && !imported ? null : connectionId, rows_read: 8584, rows_clean: 8321, new_calls: imported && dry ? 0 : 8321,
    dirty: [{ reason: 'the same line as one already read', rows: 200, example_row: 17 }, { reason: 'answered, but by nobody', rows: 63, example_row: 88 }],
    from: '2026-01-05T08:00:00Z', to: '2026-02-27T17:30:00Z', calibration: dry ? null : connectionId,
  });
  return [
    ...recordRoutes(),
    ['GET', /^\/connections$/, () => ok(connections)],
    ['POST', /^\/connections$/, (_, body: S['NewConnection']) => {
      const one = { id: connectionId, kind: body.kind, name: body.name, webhook_path: `/api/v1/webhooks/${body.kind}/brook/${connectionId}`, disabled_at: null };
      connections.push(one);
      return { status: 201, body: { ...one, secret: body.secret ?? 'f00dcafe-made-by-the-server' } };
    }],
    ['POST', /^\/connections\/([^/]+)\/disable$/, (id) => {
      const one = connections.find((known) => known.id === id)!;
      one.disabled_at = '2026-03-02T09:30:00Z';
      return ok(one);
    }],
    ['GET', /^\/working-hours$/, () => ok(hours)],
    ['POST', /^\/working-hours$/, (_, body: S['WorkingHours']) => { hours.splice(0, hours.length, ...hours.filter(({ team }) => team !== body.team), body); return ok(body); }],
    ['GET', /^\/queues$/, () => ok([queue, silent])],
    ['POST', /^\/call-logs$/, (_, body: S['NewCallLog']) => {
      const answer = report(body.dry_run === true);
      if (!body.dry_run) imported = true;
      return { status: body.dry_run ? 200 : 201, body: answer };
    }],
    ['GET', /^\/calibrations\/current$/, (_, __, query) => {
      const team = query.get('team') ?? '';
      if (team === 'Branch desk') return ok(calibrationOf(team));
      return { status: 404, body: { type: 'about:blank', title: 'Not found', status: 404, code: 'calibration_missing', detail: 'Nothing is known of these calls yet.' } };
    }],
  ];
}
