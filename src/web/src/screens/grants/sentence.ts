/** A limit in words: "£20.00 a case · £200.00 a month · 60 minutes a day". */
import type { Format } from '../../parts/format';
import { say, words } from '../../words';
import type { Grant } from './queries';

const w = words.grants;

/** Kept on one line: "60 minutes a day". */
const together = (part: string): string => part.replaceAll(' ', '\u00a0');

export function limitsOf(grant: Grant, format: Format): string {
  const money = [
    grant.per_case !== null && w.perCase(format.money(grant.per_case)),
    grant.per_customer_year !== null && w.perCustomer(format.money(grant.per_customer_year)),
    grant.per_month !== null && w.perMonth(format.money(grant.per_month)),
  ].filter((one) => one !== false);
  const minutes = grant.minutes_per_day === null ? w.noMinutes : w.perDay(words.minutes(grant.minutes_per_day));
  return [...(money.length > 0 ? money : [w.noMoney]), minutes].map(together).join(' · ');
}

/** "May give, only money": what the limit is for. */
export function purposeOf(grant: Grant): string {
  const kind = grant.gesture_kind === null ? '' : `, ${w.onlyKind(say(words.gestureKind, grant.gesture_kind).toLowerCase())}`;
  return `${say(w.purpose, grant.purpose)}${kind}`;
}

export const isPast = (grant: Grant, now: number): boolean =>
  grant.revoked_at !== null || (grant.valid_to !== null && Date.parse(grant.valid_to) <= now);
