/** What can be set up, in the order in which a new organisation goes about it, and who may see it (x-roles of its list). */
import type { LinkProps } from '@tanstack/react-router';
import type { Role } from '../../api/queries';
import { words } from '../../words';

export interface SetupEntry {
  to: LinkProps['to'];
  group: keyof typeof words.setup.groups;
  says: [title: string, line: string];
  roles: Role[];
}

const { entries: says } = words.setup;

export const setupEntries: SetupEntry[] = [
  { to: '/offer', group: 'service', says: says['offer']!, roles: ['manager', 'admin'] },
  { to: '/rules', group: 'service', says: says['rules']!, roles: ['manager', 'admin'] },
  { to: '/setup/change-procedure', group: 'service', says: says['changeProcedure']!, roles: ['lead', 'manager'] },
  { to: '/setup/connections', group: 'systems', says: says['connections']!, roles: ['admin'] },
  { to: '/setup/call-logs', group: 'systems', says: says['callLogs']!, roles: ['manager', 'admin'] },
  { to: '/setup/working-hours', group: 'systems', says: says['workingHours']!, roles: ['lead', 'manager'] },
  { to: '/setup/queues', group: 'systems', says: says['queues']!, roles: ['lead', 'manager', 'admin'] },
  { to: '/setup/forecasts', group: 'systems', says: says['forecasts']!, roles: ['lead', 'manager'] },
  { to: '/setup/feedback-reviews', group: 'record', says: says['reviews']!, roles: ['lead', 'manager'] },
  { to: '/setup/events', group: 'record', says: says['events']!, roles: ['manager', 'admin', 'eqa'] },
];

/** The entries that somebody with these roles may open. */
export function entriesFor(roles: { has: (...roles: Role[]) => boolean }): SetupEntry[] {
  return setupEntries.filter((one) => roles.has(...one.roles));
}
