/** Setting a limit as a manager, and passing on a part of one's own. */
import { useState } from 'react';
import { useAuthority, useColleagues, useSession, type Role } from '../../api/queries';
import type { Schemas } from '../../api/client';
import { Choice, Form, MoneyField, optionsOf, Select, TextField, type Values } from '../../parts/form';
import { useFormat, wallOf } from '../../parts/format';
import { Disclosure } from '../../parts/page';
import { words } from '../../words';
import { roleName } from '../people/person_fields';
import { useGrantAuthority, type Grant, type Purpose } from './queries';
import { limitsOf, purposeOf } from './sentence';

const w = words.grants;
type NewGrant = Schemas['NewGrant'];

/** Roles that serve customers or answer for those who do; the others give nothing. */
const holders: Role[] = ['agent', 'lead', 'manager'];

/** To a role or to one person: the field that is not asked for is not there. */
function Holder({ first }: { first: 'role' | 'person' }) {
  const [whom, setWhom] = useState<string>(first);
  const people = useColleagues();
  const { person: me } = useSession();
  const others = (people.data ?? []).filter((one) => one.id !== me.id && one.roles.some((role) => holders.includes(role)));
  return (
    <>
      <Choice name="/whom" label={w.toWhom} required defaultValue={first} onChange={setWhom} options={[['role', w.toRole], ['person', w.toPerson]]} />
      {whom === 'role'
        ? <Select name="/role" label={w.role} required none={words.chooseOne} options={holders.map((role) => [role, roleName(role)])} />
        : <Select name="/person" label={w.person} required none={words.chooseOne} options={others.map((one) => [one.id, one.display_name ?? words.someone])} />}
    </>
  );
}

function Limits({ most }: { most?: Grant }) {
  return (
    <fieldset className="group">
      <legend>{w.limits}</legend>
      <p className="hint">{most ? w.passOnHint : w.limitsHint}</p>
      <div className="pair">
        <MoneyField name="/per_case" label={w.case} {...(most?.per_case ? { defaultValue: most.per_case } : {})} />
        <MoneyField name="/per_month" label={w.month} {...(most?.per_month ? { defaultValue: most.per_month } : {})} />
        <MoneyField name="/per_customer_year" label={w.customer} {...(most?.per_customer_year ? { defaultValue: most.per_customer_year } : {})} />
        <TextField name="/minutes_per_day" label={w.minutes} type="number" size="short" max={most?.minutes_per_day ?? 10_000}
                   defaultValue={most?.minutes_per_day?.toString()} />
      </div>
    </fieldset>
  );
}

function Dates({ until }: { until?: string | undefined }) {
  return (
    <Disclosure summary={w.dates} open={until !== undefined}>
      <div className="pair">
        <TextField name="/valid_from" label={w.from} hint={w.fromHint} type="datetime-local" />
        <TextField name="/valid_to" label={w.until} hint={until === undefined ? w.untilHint : undefined} type="datetime-local" defaultValue={until} />
      </div>
    </Disclosure>
  );
}

function grantFrom(values: Values, purpose: Purpose): NewGrant {
  return {
    purpose,
    role: values.text('/role') as Role | undefined,
    person: values.text('/person'),
    gesture_kind: values.text('/gesture_kind') as NewGrant['gesture_kind'],
    per_case: values.text('/per_case'),
    per_customer_year: values.text('/per_customer_year'),
    per_month: values.text('/per_month'),
    minutes_per_day: values.integer('/minutes_per_day'),
    valid_from: values.instant('/valid_from'),
    valid_to: values.instant('/valid_to'),
  };
}

export function SetLimit() {
  const grant = useGrantAuthority();
  return (
    <Form write={grant} submit={w.submit} send={(values) => grantFrom(values, values.text('/purpose') as Purpose)}>
      <Choice name="/purpose" label={w.forWhat} required
              options={(['act', 'approve'] as const).map((one) => [one, w.purpose[one]!, w.purposeMeans[one]!])} />
      <Holder first="role" />
      <Select name="/gesture_kind" label={w.kind} none={w.everyKind} options={optionsOf(words.gestureKind)} />
      <Limits />
      <Dates />
    </Form>
  );
}

/** Filled in with all of one's own: less can be written, more is refused. */
export function PassOn() {
  const mine = useAuthority().data?.grants ?? [];
  const grant = useGrantAuthority();
  const format = useFormat();
  const [from, setFrom] = useState('');
  const whole = mine.find(({ id }) => id === from);
  if (mine.length === 0) return <p className="hint">{w.passOnNone}</p>;
  return (
    <Form write={grant} kind="plain" submit={w.passOnSubmit} then={() => setFrom('')}
          send={(values) => whole && {
            ...grantFrom(values, whole.purpose), delegated_from: whole.id, gesture_kind: whole.gesture_kind ?? (values.text('/gesture_kind') as NewGrant['gesture_kind']),
          }}>
      <Select name="/delegated_from" label={w.mine} required none={words.chooseOne} onChange={setFrom}
              options={mine.map((one) => [one.id, `${purposeOf(one)}: ${limitsOf(one, format)}`])} />
      {whole && (
        <div className="form" key={whole.id}>
          <Holder first="person" />
          {whole.gesture_kind === null && <Select name="/gesture_kind" label={w.kind} none={w.everyKind} options={optionsOf(words.gestureKind)} />}
          <Limits most={whole} />
          <Dates until={whole.valid_to === null ? undefined : wallOf(new Date(whole.valid_to), format.zone)} />
        </div>
      )}
    </Form>
  );
}
