/** Money and times as the organisation writes them: its currency, its time zone, wherever the browser stands. */
import { useMemo } from 'react';
import { useSession } from '../api/queries';
import { words } from '../words';

export interface Format {
  money(amount: string): string;
  /** A sentence of the server, with its "GBP 20.00" written as money is written here. */
  sentence(text: string): string;
  /** "Free" costs are said in words: "no money · 5 minutes". */
  cost(amount: string, minutes: number): string;
  time(instant: string): string;
  /** The day alone, with its year. */
  day(instant: string): string;
  /** A count with its thousands apart. */
  count(number: number): string;
  /** The size of a file. */
  bytes(number: number): string;
  currency: string;
  zone: string;
}

export const isZero = (amount: string): boolean => /^-?0*(\.0*)?$/.test(amount);

export function makeFormat(zone: string, currency: string, now: () => Date = () => new Date()): Format {
  const money = new Intl.NumberFormat('en-GB', { style: 'currency', currency });
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  const date = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' });
  const dateOfOtherYear = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' });
  const count = new Intl.NumberFormat('en-GB');
  const megabytes = new Intl.NumberFormat('en-GB', { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
  const year = new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric' });

  const format: Format = {
    zone,
    currency,
    // Decimal text goes in as text: no double ever rounds it.
    money: (amount) => money.format(amount as `${number}`),
    sentence: (text) => text.replace(new RegExp(`\\b${currency} (\\d+(?:\\.\\d+)?)`, 'g'), (_, amount: string) => format.money(amount)),
    cost: (amount, minutes) =>
      [isZero(amount) ? words.free : format.money(amount), minutes === 0 ? words.noTime : words.minutes(minutes)].join(' · '),
    day: (instant) => dateOfOtherYear.format(new Date(instant)),
    count: (number) => count.format(number),
    bytes: (number) => megabytes.format(Math.max(0.1, number / 1_000_000)),
    time(instant) {
      const then = new Date(instant);
      if (date.format(then) === date.format(now()) && year.format(then) === year.format(now())) return clock.format(then);
      const day = year.format(then) === year.format(now()) ? date.format(then) : dateOfOtherYear.format(then);
      return `${day}, ${clock.format(then)}`;
    },
  };
  return format;
}

export function useFormat(): Format {
  const { organisation } = useSession();
  return useMemo(() => makeFormat(organisation.time_zone, organisation.currency), [organisation.time_zone, organisation.currency]);
}

/** The wall clock of `zone` at an instant, as a `datetime-local` value: "2026-11-22T14:05". */
export function wallOf(instant: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(instant);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/**
 * The instant at which the clocks of `zone` show `wall`. A wall time that a change of clocks skips means the time just
 * after the gap as clocks would have gone on; one that occurs twice means the first.
 */
export function instantOf(wall: string, zone: string): string {
  const asIfUtc = Date.parse(`${wall}:00Z`);
  const offsetAt = (instant: number) => Date.parse(`${wallOf(new Date(instant), zone)}:00Z`) - instant;
  const dayBefore = offsetAt(asIfUtc - 86_400_000);
  const dayAfter = offsetAt(asIfUtc + 86_400_000);
  const candidates = [asIfUtc - dayBefore, asIfUtc - dayAfter];
  const exact = candidates.filter((instant) => wallOf(new Date(instant), zone) === wall);
  return new Date(exact.length > 0 ? Math.min(...exact) : asIfUtc - dayBefore).toISOString();
}
