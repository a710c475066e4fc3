/** What stands around every screen: who I am, what I may still give, and the way to each page. */
import { Link, useRouterState } from '@tanstack/react-router';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { answer, client, rememberCsrfToken } from '../api/client';
import { sessionQuery, useAuthority, useConsultationsWithMe, useOpenEnds, useRoles, useSession } from '../api/queries';
import { entriesFor } from '../screens/setup/entries';
import { words } from '../words';
import { OrganisationClock } from './form';
import { useFormat } from './format';

function AuthorityLeft() {
  const roles = useRoles();
  const mayAct = roles.has('agent', 'lead', 'manager');
  const { data } = useAuthority(mayAct);
  const format = useFormat();
  if (!data) return null;
  const money = data.left_money_this_month;
  const minutes = data.left_minutes_today;
  return (
    <p className="authority" aria-label={words.authority.label} role="group">
      <span>{money === null ? words.authority.moneyUnlimited : words.authority.money(format.money(money))}</span>
      <span>{minutes === null ? words.authority.minutesUnlimited : words.authority.minutes(minutes)}</span>
    </p>
  );
}

/** Signing out forgets all that this person was shown. */
function SignOut() {
  const queries = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/session')),
    onSuccess: () => {
      rememberCsrfToken(null);
      queries.setQueryData(sessionQuery.queryKey, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
  });
  return (
    <button type="button" className="link" onClick={() => !signOut.isPending && signOut.mutate()}>
      {words.nav.signOut}
    </button>
  );
}

function Waiting({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className="count">
      <span aria-hidden="true">{count}</span>
      <span className="hidden">{words.nav.waiting(count)}</span>
    </span>
  );
}

function Navigation() {
  const roles = useRoles();
  const signsOff = roles.has('lead', 'manager');
  const serves = roles.has('agent', 'lead', 'manager');
  const asked = useConsultationsWithMe(signsOff).data?.items.filter((one) => needsMe(one)).length ?? 0;
  const open = useOpenEnds(serves).data?.items.length ?? 0;
  return (
    <ul>
      {serves && <li><Link to="/">{words.nav.desk}</Link></li>}
      {signsOff && <li><Link to="/consultations">{words.nav.consultations} <Waiting count={asked} /></Link></li>}
      {serves && <li><Link to="/end-of-shift">{words.nav.endOfShift} <Waiting count={open} /></Link></li>}
      <li><Link to="/offer">{words.nav.offer}</Link></li>
      {serves && <li><Link to="/proposals">{words.nav.proposals}</Link></li>}
      {serves && <li><Link to="/incidents">{words.nav.incidents}</Link></li>}
      {serves && <li><Link to="/gestures">{words.nav.gestures}</Link></li>}
      {roles.has('learner', 'assessor', 'iqa') && <li><Link to="/unit">{words.nav.unit}</Link></li>}
      <li><Link to="/rules">{words.nav.rules}</Link></li>
      {entriesFor(roles).length > 0 && <li><Link to="/setup">{words.nav.setup}</Link></li>}
      <li><Link to="/help">{words.nav.help}</Link></li>
      <li className="narrow"><Link to="/account">{words.nav.account}</Link></li>
      <li className="narrow"><SignOut /></li>
    </ul>
  );
}

/** Whether a consultation still waits for this reader: for an answer, or for "yes, I said that". */
export function needsMe(one: { state: string; mode: string; confirmed_at: string | null }): boolean {
  return one.state === 'requested' || one.state === 'escalated' || (one.mode === 'spoken' && one.confirmed_at === null);
}

export function Shell({ children }: { children: ReactNode }) {
  const { person, organisation } = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [menuOpen, setMenuOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  useEffect(() => setMenuOpen(false), [path]);
  return (
    <OrganisationClock>
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>
        {words.skip}
      </a>
      <header className="top">
        <div className="top-row">
          <Link to="/" className="brand" aria-label={`${words.product}, ${organisation.name}`}>
            <svg viewBox="0 0 32 32" aria-hidden="true">
              <rect width="32" height="32" rx="8" />
              <path className="road" d="M7 22c5 0 5-12 10-12" />
              <path className="arrow" d="M15 22h10m0 0-4-4m4 4-4 4" />
            </svg>
            <span>{organisation.name}</span>
          </Link>
          <div className="who">
            <Link to="/account" className="me">{person.name}</Link>
            <SignOut />
          </div>
          <button type="button" className="menu-button" aria-expanded={menuOpen} aria-controls="pages" onClick={() => setMenuOpen(!menuOpen)}>
            {words.nav.menu}
          </button>
        </div>
        <nav id="pages" aria-label={words.nav.label} className={menuOpen ? 'open' : ''}>
          <Navigation />
        </nav>
        <AuthorityLeft />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </OrganisationClock>
  );
}
