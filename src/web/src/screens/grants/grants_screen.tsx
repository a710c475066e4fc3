/** Who may give how much, and who may say yes to how much: by role, then by person. */
import { useRoles, useSession } from '../../api/queries';
import { Confirm } from '../../parts/confirm';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { personName } from '../../parts/record';
import { say, words } from '../../words';
import { SetupPage } from '../setup/setup_screen';
import { PassOn, SetLimit } from './grant_forms';
import { useGrants, useRevoke, type Grant } from './queries';
import { isPast, limitsOf, purposeOf } from './sentence';

const w = words.grants;

function holderOf(grant: Grant, me: string): string {
  return grant.role === null ? personName(grant.person, me) : w.all(say(words.role, grant.role));
}

function Revoke({ grant, name }: { grant: Grant; name: string }) {
  const revoke = useRevoke(grant);
  return <Confirm ask={w.revoke} label={w.revokeOf(`${name}, ${purposeOf(grant)}`)} question={w.revokeQuestion} write={revoke} input={undefined} />;
}

function GrantLine({ grant, revokes, past = false }: { grant: Grant; revokes: boolean; past?: boolean }) {
  const format = useFormat();
  const { person: me } = useSession();
  const name = holderOf(grant, me.id);
  const by = grant.granted_by && (grant.delegated_from ? w.passedOnBy : w.by)(personName(grant.granted_by, me.id));
  const small = [
    Date.parse(grant.valid_from) > Date.now() && w.begins(format.day(grant.valid_from)),
    !past && grant.valid_to && w.ends(format.day(grant.valid_to)),
    past && (grant.revoked_at ? w.revoked(format.time(grant.revoked_at)) : w.ended(format.time(grant.valid_to!))),
    by,
  ].filter(Boolean);
  return (
    <li>
      <p>{past && <strong>{name}: </strong>}{purposeOf(grant)} <strong>{limitsOf(grant, format)}</strong></p>
      <p className="fine">{small.join(' · ')}</p>
      {!past && revokes && <Revoke grant={grant} name={name} />}
    </li>
  );
}

/** The limits of one holder after the other, what they may give before what they may say yes to. */
function Holders({ title, grants, revokes }: { title: string; grants: Grant[]; revokes: (grant: Grant) => boolean }) {
  const { person: me } = useSession();
  const order = Object.keys(words.role);
  const sorted = [...grants].sort((one, other) => order.indexOf(one.role ?? '') - order.indexOf(other.role ?? ''));
  const names = [...new Set(sorted.map((one) => holderOf(one, me.id)))];
  if (names.length === 0) return null;
  return (
    <Card title={title}>
      {names.map((name) => (
        <section key={name} className="holder">
          <h3>{name}</h3>
          <ul className="lines">
            {(['act', 'approve'] as const).flatMap((purpose) => grants.filter((one) => one.purpose === purpose && holderOf(one, me.id) === name))
              .map((one) => <GrantLine key={one.id} grant={one} revokes={revokes(one)} />)}
          </ul>
        </section>
      ))}
    </Card>
  );
}

export function GrantsScreen() {
  const grants = useGrants();
  const roles = useRoles();
  const { person: me } = useSession();
  // A lead takes back what they passed on themselves; a manager any.
  const revokes = (one: Grant) => roles.has('manager') || (roles.has('lead') && one.granted_by?.id === me.id);
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <Loaded query={grants}>
        {(all) => {
          const inForce = all.filter((one) => !isPast(one, Date.now()));
          const past = all.filter((one) => isPast(one, Date.now()));
          return (
            <>
              {inForce.length === 0 ? <p className="empty">{w.empty}</p> : <p className="hint">{w.which}</p>}
              <Holders title={w.rolesTitle} grants={inForce.filter((one) => one.role !== null)} revokes={revokes} />
              <Holders title={w.peopleTitle} grants={inForce.filter((one) => one.role === null)} revokes={revokes} />
              {roles.has('manager') && <Disclosure className="card" summary={w.add} open={all.length === 0}><SetLimit /></Disclosure>}
              {roles.has('lead', 'manager') && <Disclosure className="card" summary={w.passOn}><PassOn /></Disclosure>}
              {!roles.has('manager') && <p className="hint">{w.onlyManager}</p>}
              {past.length > 0 && (
                <Disclosure className="card" summary={w.past}>
                  <ul className="lines">{past.map((one) => <GrantLine key={one.id} grant={one} revokes={false} past />)}</ul>
                </Disclosure>
              )}
            </>
          );
        }}
      </Loaded>
    </SetupPage>
  );
}
