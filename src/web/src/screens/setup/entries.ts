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
  { to: '/setup/people', group: 'people', says: says['people']!, roles: ['lead', 'manager', 'admin'] },
  { to: '/setup/job-roles', group: 'people', says: says['jobs']!, roles: ['lead', 'manager', 'admin'] },
  { to: '/setup/grants', group: 'people', says: says['grants']!, roles: ['lead', 'manager', 'admin'] },
  { to: '/setup/budgets', group: 'people', says: says['budgets']!, roles: ['lead', 'manager', 'admin'] },
  { to: '/offer', group: 'service', says: says['offer']!, roles: ['manager', 'admin'] },
  { to: '/rules', group: 'service', says: says['rules']!, roles: ['manager', 'admin'] },
  { to: '/setup/change-procedure', group: 'service', says: says['changeProcedure']!, roles: ['lead', 'manager'] },
  { to: '/setup/connections', group: 'systems', says: says['connections']!, roles: ['admin'] },
  { to: '/setup/call-logs', group: 'systems', says: says['callLogs']!, roles: ['manager', 'admin'] },
  { to: '/setup/working-hours', group: 'systems', says: says['workingHours']!, roles: ['lead', 'manager'] },
  { to: '/setup/queues', group: 'systems', says: says['queues']!, roles: ['lead', 'manager', 'admin'] },
  { to: '/setup/forecasts', group: 'systems', says: says['forecasts']!, roles: ['lead', 'manager'] },
  { to: '/account', group: 'systems', says: says['tokens']!, roles: ['lead', 'manager', 'admin'] },
  { to: '/setup/feedback-reviews', group: 'record', says: says['reviews']!, roles: ['lead', 'manager'] },
  { to: '/setup/events', group: 'record', says: says['events']!, roles: ['manager', 'admin', 'eqa'] },
];

/** The entries that somebody with these roles may open. */
export function entriesFor(roles: { has: (...roles: Role[]) => boolean }): SetupEntry[] {
  return setupEntries.filter((one) => roles.has(...one.roles));
}
