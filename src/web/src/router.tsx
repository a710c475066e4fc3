/** The pages and their addresses. What a page shows stands in its address or on the server, nowhere else. */
import { createRootRouteWithContext, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { sessionQuery } from './api/queries';
import { Page, Loaded } from './parts/page';
import { Shell } from './parts/shell';
import { CalibrationScreen } from './screens/calibration/calibration_screen';
import { CallLogScreen } from './screens/call_log/call_log_screen';
import { AccountScreen } from './screens/account/account_screen';
import { BudgetsScreen } from './screens/budgets/budgets_screen';
import { CaseScreen } from './screens/case/case_screen';
import { ChangeProcedureScreen } from './screens/change_procedure/change_procedure_screen';
import { ConnectionsScreen } from './screens/connections/connections_screen';
import { ConsultationsScreen } from './screens/consultations/consultations_screen';
import { CustomerScreen } from './screens/customers/customer_screen';
import { DeskScreen } from './screens/desk/desk_screen';
import { EndOfShiftScreen } from './screens/end_of_shift/end_of_shift_screen';
import { EventsScreen } from './screens/events/events_screen';
import { FeedbackReviewsScreen } from './screens/feedback_reviews/feedback_reviews_screen';
import { GesturesScreen } from './screens/gestures/gestures_screen';
import { GrantsScreen } from './screens/grants/grants_screen';
import { HelpScreen } from './screens/help/help_screen';
import { IncidentScreen } from './screens/incidents/incident_screen';
import { IncidentsScreen } from './screens/incidents/incidents_screen';
import { JobRolesScreen } from './screens/job_roles/job_roles_screen';
import { OfferScreen } from './screens/offer/offer_screen';
import { PeopleScreen } from './screens/people/people_screen';
import { ProposalsScreen } from './screens/proposals/proposals_screen';
import { QueuesScreen } from './screens/queues/queues_screen';
import { RulesScreen } from './screens/rules/rules_screen';
import { SetupScreen } from './screens/setup/setup_screen';
import { SignInScreen } from './screens/sign_in/sign_in_screen';
import { UnitScreen } from './screens/unit/unit_screen';
import { WorkingHoursScreen } from './screens/working_hours/working_hours_screen';
import { words } from './words';

/** Whoever is not signed in sees the sign-in at any address, and afterwards the page they asked for. */
function Root() {
  const session = useQuery(sessionQuery);
  return (
    <Loaded query={session}>
      {(who) => (who ? <Shell><Outlet /></Shell> : <SignInScreen />)}
    </Loaded>
  );
}

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Root,
  notFoundComponent: () => <Page title={words.problem.heading}><p>{words.problem.notFound}</p></Page>,
});

export interface DeskSearch {
  state?: 'closed';
  whose?: 'all';
}

export interface CaseSearch {
  /** Coaching: the person says what they think before the rules answer. */
  coach?: true;
}

const desk = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: DeskScreen,
  validateSearch: (search: Record<string, unknown>): DeskSearch => ({
    ...(search['state'] === 'closed' ? { state: 'closed' } : {}),
    ...(search['whose'] === 'all' ? { whose: 'all' } : {}),
  }),
});

const caseRoute = createRoute({
  getParentRoute: () => root,
  path: '/cases/$caseId',
  component: CaseScreen,
  validateSearch: (search: Record<string, unknown>): CaseSearch => (search['coach'] === true ? { coach: true } : {}),
});

export interface EventsSearch {
  case?: string;
  kind?: string;
}

const forecastsRoute = createRoute({
  getParentRoute: () => root,
  path: '/setup/forecasts',
  component: CalibrationScreen,
  validateSearch: (search: Record<string, unknown>): { team?: string } => (typeof search['team'] === 'string' ? { team: search['team'] } : {}),
});

const eventsRoute = createRoute({
  getParentRoute: () => root,
  path: '/setup/events',
  component: EventsScreen,
  validateSearch: (search: Record<string, unknown>): EventsSearch => ({
    ...(typeof search['case'] === 'string' ? { case: search['case'] } : {}),
    ...(typeof search['kind'] === 'string' ? { kind: search['kind'] } : {}),
  }),
});

const page = <Path extends string>(path: Path, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component });

const routes = root.addChildren([
  desk,
  caseRoute,
  page('/consultations', ConsultationsScreen),
  page('/end-of-shift', EndOfShiftScreen),
  page('/offer', OfferScreen),
  page('/proposals', ProposalsScreen),
  page('/incidents', IncidentsScreen),
  page('/incidents/$incidentId', IncidentScreen),
  page('/gestures', GesturesScreen),
  page('/unit', UnitScreen),
  page('/rules', RulesScreen),
  page('/setup', SetupScreen),
  page('/setup/people', PeopleScreen),
  page('/setup/job-roles', JobRolesScreen),
  page('/setup/grants', GrantsScreen),
  page('/setup/budgets', BudgetsScreen),
  page('/account', AccountScreen),
  page('/setup/connections', ConnectionsScreen),
  page('/setup/queues', QueuesScreen),
  page('/setup/call-logs', CallLogScreen),
  page('/setup/working-hours', WorkingHoursScreen),
  forecastsRoute,
  page('/setup/change-procedure', ChangeProcedureScreen),
  page('/setup/feedback-reviews', FeedbackReviewsScreen),
  eventsRoute,
  page('/customers/$customerId', CustomerScreen),
  page('/help', HelpScreen),
]);

export function makeRouter(queries: QueryClient, history?: Parameters<typeof createRouter>[0]['history']) {
  return createRouter({ routeTree: routes, context: { queries }, scrollRestoration: true, ...(history ? { history } : {}) });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
