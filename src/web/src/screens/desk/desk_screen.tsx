/** The desk: what is open and what comes next; "Now" opens a case for whoever stands before you. */
import { getRouteApi, Link, Navigate, useNavigate } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useCaseOf, useConsultationsWithMe, useOpenEnds, useRoles, useSession } from '../../api/queries';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded, Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { personName } from '../../parts/record';
import { SettlePlanned } from '../../parts/records/planned_form';
import { needsMe } from '../../parts/shell';
import { say, words } from '../../words';
import { ImportForm } from './import_form';
import { NewCaseForm } from './new_case_form';
import { useCases, useOpenCaseNow } from './queries';

const route = getRouteApi('/');

function Now() {
  const now = useOpenCaseNow();
  const navigate = useNavigate();
  const opened = (made: Schemas['CaseDetail']) => void navigate({ to: '/cases/$caseId', params: { caseId: made.id } });
  return (
    <>
      <button type="button" className="button now" aria-disabled={now.busy} onClick={() => !now.busy && now.run(undefined, opened)}>
        <span className="now-word">{words.desk.now}</span>
        <span className="now-hint">{words.desk.nowHint}</span>
      </button>
      <ProblemNotice error={now.error} />
    </>
  );
}

function CaseLine({ one }: { one: Schemas['CaseSummary'] }) {
  const format = useFormat();
  const { person } = useSession();
  return (
    <li>
      <Link to="/cases/$caseId" params={{ caseId: one.id }} className="case-line">
        <span className="case-reason">{one.reason}</span>
        <span className="case-next">
          <span className="next-label">{words.desk.nextStep}</span> {one.next_step}
        </span>
        <span className="case-facts">
          {[one.reference, one.customer ?? words.desk.walkUp, say(words.caseKind, one.kind), say(words.channel, one.channel),
            ...(one.agent.id === person.id ? [] : [personName(one.agent, person.id)]), format.time(one.opened_at)].join(' · ')}
        </span>
      </Link>
    </li>
  );
}

function Notices() {
  const roles = useRoles();
  const asked = useConsultationsWithMe(roles.has('lead', 'manager')).data?.items.filter(needsMe).length ?? 0;
  const open = useOpenEnds().data?.items.length ?? 0;
  if (asked + open === 0) return null;
  return (
    <div className="notices">
      {asked > 0 && <p className="notice ask">{words.desk.asked(asked)} <Link to="/consultations">{words.desk.askedLink}</Link></p>}
      {open > 0 && <p className="notice">{words.desk.endOfShift(open)} <Link to="/end-of-shift">{words.desk.endOfShiftLink}</Link></p>}
    </div>
  );
}

function PlannedLine({ one }: { one: Schemas['OpenEnd'] }) {
  const file = useCaseOf(one.case_id).data;
  const format = useFormat();
  const action = file?.actions.find((candidate) => candidate.id === one.record);
  return (
    <li className="planned-line">
      <p>
        {one.due_at && <strong>{format.time(one.due_at)}</strong>} {action?.title ?? one.question}
        {one.case_id && <> · <Link to="/cases/$caseId" params={{ caseId: one.case_id }}>{file?.case.reason ?? words.endOfShift.goToCase}</Link></>}
      </p>
      <SettlePlanned action={one.record} />
    </li>
  );
}

/** What I have set a time for, the next first. */
function Planned() {
  const planned = useOpenEnds().data?.items.filter((one) => one.kind === 'planned') ?? [];
  if (planned.length === 0) return null;
  return (
    <Card title={words.desk.planned}>
      <ul className="case-list">{planned.map((one) => <PlannedLine key={one.record} one={one} />)}</ul>
    </Card>
  );
}

/** A filter is marked only when the address says exactly this. */
const onlyThis = { exact: true, includeSearch: true };

function Filters() {
  return (
    <div className="filters">
      <div role="group" aria-label={words.desk.whose}>
        <Link from="/" search={(now) => ({ ...now, whose: undefined })} activeOptions={onlyThis} className="filter">{words.desk.showMine}</Link>
        <Link from="/" search={(now) => ({ ...now, whose: 'all' as const })} activeOptions={onlyThis} className="filter">{words.desk.showAll}</Link>
      </div>
      <div role="group" aria-label={words.desk.state}>
        <Link from="/" search={(now) => ({ ...now, state: undefined })} activeOptions={onlyThis} className="filter">{words.desk.stateOpen}</Link>
        <Link from="/" search={(now) => ({ ...now, state: 'closed' as const })} activeOptions={onlyThis} className="filter">{words.desk.stateClosed}</Link>
      </div>
    </div>
  );
}

/** Whoever serves no customers starts where their own work is. */
export function DeskScreen() {
  const roles = useRoles();
  if (roles.has('agent', 'lead', 'manager')) return <Desk />;
  return <Navigate to={roles.has('admin') ? '/setup' : roles.has('learner', 'assessor', 'iqa') ? '/unit' : '/offer'} replace />;
}

function Desk() {
  const { state, whose } = route.useSearch();
  const cases = useCases(state ?? 'open', whose !== 'all');
  const roles = useRoles();
  const w = words.desk;
  return (
    <Page title={w.title}>
      <Notices />
      <Now />
      <Planned />
      <Card title={state ? w.closedCases : w.openCases} aside={<Filters />}>
        <Loaded query={cases}>
          {({ pages }) => {
            const items = pages.flatMap((one) => one.items);
            return items.length === 0 ? <p className="empty">{w.empty}</p> : (
              <ul className="case-list">{items.map((one) => <CaseLine key={one.id} one={one} />)}</ul>
            );
          }}
        </Loaded>
        {cases.hasNextPage && <button type="button" className="button quiet" onClick={() => void cases.fetchNextPage()}>{w.older}</button>}
      </Card>
      <Disclosure className="card" summary={w.newCase}><NewCaseForm /></Disclosure>
      {roles.has('lead', 'manager', 'admin') && <Disclosure className="card" summary={w.import}><ImportForm /></Disclosure>}
    </Page>
  );
}
