/** The part of the organisation in memory that says who works here and within which limits. */
import type { Schemas } from '../api/client';

type S = Schemas;
type Reply = { status: number; body?: unknown };
type Route = [string, RegExp, (id: string, body: never, query: URLSearchParams) => Reply];
const ok = (body: unknown): Reply => ({ status: 200, body });
const made = (body: unknown): Reply => ({ status: 201, body });

const at = '2026-03-02T09:00:00Z';
let ids = 0;
const newId = () => `01958f00-0000-7000-8000-00000000e${String(++ids).padStart(3, '0')}`;

export function peopleRoutes(session: S['Session'] | null, me: S['PersonRef'], lead: S['PersonRef'], manager: S['PersonRef']): Route[] {
  const person = (who: S['PersonRef'], roles: S['Role'][], job: string | null = null): S['Person'] =>
    ({ id: who.id, display_name: who.name, roles, team: 'Branch desk', job_role: job, disabled: false, version: 1 });
  const jobs: S['JobRole'][] = [{ id: newId(), title: 'Branch adviser', duties: ['explain-fees'], version: 1 }];
  const people = [person(me, ['agent', 'learner'], jobs[0]!.id), person(lead, ['lead']), person(manager, ['manager'])];
  const refOf = (id: string | undefined): S['PersonRef'] | null => {
    const found = people.find((one) => one.id === id);
    return found ? { id: found.id, name: found.display_name } : null;
  };
  const grant = (body: S['NewGrant'], by: S['PersonRef'] = manager): S['Grant'] => ({
    id: newId(), person: refOf(body.person), role: body.role ?? null, purpose: body.purpose, gesture_kind: body.gesture_kind ?? null,
    per_case: body.per_case ?? null, per_customer_year: body.per_customer_year ?? null, per_month: body.per_month ?? null,
    minutes_per_day: body.minutes_per_day ?? null, granted_by: by, delegated_from: body.delegated_from ?? null,
    valid_from: body.valid_from ?? at, valid_to: body.valid_to ?? null, revoked_at: null, version: 1,
  });
  const grants = [
    grant({ role: 'agent', purpose: 'act', per_case: '20.00', per_month: '100.00', minutes_per_day: 60 }),
    grant({ role: 'lead', purpose: 'act', per_case: '75.00', per_month: '600.00', minutes_per_day: 120 }),
    grant({ role: 'lead', purpose: 'approve', per_case: '75.00', per_month: '1000.00' }),
    grant({ person: me.id, purpose: 'act', gesture_kind: 'discount', per_case: '40.00' }, lead),
  ];
  const budgets: S['Budget'][] = [
    { id: newId(), name: 'Branch goodwill', team: 'Branch desk', per_month: '500.00', held: '20.00', spent: '130.00', left: '350.00', version: 1 },
  ];
  const tokens: S['Token'][] = [];
  const mine = () => grants.filter((one) => one.revoked_at === null && (one.person?.id === me.id || session!.roles.some((role) => role === one.role)));
  return [
    ['GET', /^\/people$/, () => ok(people)],
    ['POST', /^\/people$/, (_, body: S['NewPerson']) => {
      const one = { ...person({ id: newId(), name: body.display_name }, body.roles, body.job_role ?? null), team: body.team ?? 'main' };
      people.push(one);
      return made(one);
    }],
    ['PATCH', /^\/people\/([^/]+)$/, (id, body: S['PersonChange']) => {
      const one = people.find((known) => known.id === id)!;
      const { password: _, ...rest } = body;
      return ok(Object.assign(one, rest, { version: one.version + 1 }));
    }],
    ['GET', /^\/job-roles$/, () => ok(jobs)],
    ['POST', /^\/job-roles$/, (_, body: S['NewJobRole']) => { const one = { ...body, id: newId(), version: 1 }; jobs.push(one); return made(one); }],
    ['PATCH', /^\/job-roles\/([^/]+)$/, (id, body: S['JobRoleChange']) => { const one = jobs.find((known) => known.id === id)!; return ok(Object.assign(one, body, { version: one.version + 1 })); }],
    ['GET', /^\/grants$/, () => ok(grants)],
    ['POST', /^\/grants$/, (_, body: S['NewGrant']) => { const one = grant(body, refOf(session!.person.id) ?? manager); grants.push(one); return made(one); }],
    ['POST', /^\/grants\/([^/]+)\/revoke$/, (id) => ok(Object.assign(grants.find((one) => one.id === id)!, { revoked_at: at, version: 2 }))],
    ['GET', /^\/authority$/, () => ok({
      grants: mine(), held_money: '0.00', spent_money_this_month: '15.00', left_money_this_month: '85.00', held_minutes: 0, spent_minutes_today: 18, left_minutes_today: 42,
    })],
    ['GET', /^\/budgets$/, () => ok(budgets)],
    ['POST', /^\/budgets$/, (_, body: S['NewBudget']) => {
      const one: S['Budget'] = { id: newId(), name: body.name, team: body.team ?? null, per_month: body.per_month, held: '0.00', spent: '0.00', left: body.per_month, version: 1 };
      budgets.push(one);
      return made(one);
    }],
    ['POST', /^\/session\/password$/, () => ({ status: 204 })],
    ['GET', /^\/tokens$/, () => ok(tokens)],
    ['POST', /^\/tokens$/, (_, body: S['NewToken']) => {
      const one: S['Token'] = { id: newId(), name: body.name, scopes: body.scopes, expires_at: body.expires_at ?? null };
      tokens.push(one);
      return made({ ...one, token: 'emt_shown-once' });
    }],
    ['DELETE', /^\/tokens\/([^/]+)$/, (id) => { tokens.splice(tokens.findIndex((one) => one.id === id), 1); return { status: 204 }; }],
  ];
}
