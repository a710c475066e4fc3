/** The hours of a day as people write them, "09:00-12:30, 13:00-17:00", and as the contract has them. */
import type { Schemas } from '../../api/client';

type Stretch = Schemas['WorkingStretch'];

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export const textOf = (stretches: Stretch[] | undefined): string =>
  (stretches ?? []).map(({ from, to }) => `${from}-${to}`).join(', ');

const clock = (text: string) => (/^\d:\d\d$/.test(text) ? `0${text}` : text);

/** What is no time is passed on as it is: the server says what is wrong with it, in its place. */
export function stretchesOf(text: string | undefined): Stretch[] {
  return (text ?? '').split(/[,;]/).map((part) => part.trim()).filter(Boolean).map((part) => {
    const [from = '', to = ''] = part.split(/\s*[-–]\s*/);
    return { from: clock(from.trim()), to: clock(to.trim()) };
  });
}
