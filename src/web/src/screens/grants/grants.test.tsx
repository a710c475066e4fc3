import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';
import { signedInAs } from '../../testing/signed_in';

it('says each limit in words, roles first, and what is without limit', async () => {
  showPage('/setup/grants', signedInAs('manager'));
  expect(await screen.findByRole('heading', { name: 'Every agent' })).toBeTruthy();
  expect(screen.getByText('£20.00 a case · £100.00 a month · 60 minutes a day')).toBeTruthy();
  expect(screen.getByText('£75.00 a case · £1,000.00 a month · time without limit')).toBeTruthy();
  expect(screen.getByText(/May give, only discount/, { selector: 'p' })).toBeTruthy();
});

it('sets a limit for a role: what they may give apart from what they may agree to', async () => {
  const { mock, user } = showPage('/setup/grants', signedInAs('manager'));
  const form = (await screen.findByText('Set a limit')).closest('details')!;
  await user.click(within(form).getByLabelText(/^May say yes to/));
  await user.selectOptions(within(form).getByLabelText('Which role?'), 'manager');
  await user.type(within(form).getByLabelText(/^For one case/), '500');
  await user.type(within(form).getByLabelText(/^Minutes in a day/), '0');
  await user.click(within(form).getByRole('button', { name: 'Set it' }));
  expect(await screen.findByRole('heading', { name: 'Every manager' })).toBeTruthy();
  expect(mock.sent(/^POST \/grants$/)).toEqual({ purpose: 'approve', role: 'manager', per_case: '500', minutes_per_day: 0 });
});

it('sets a limit for one person, for one kind, between two dates', async () => {
  const { mock, user } = showPage('/setup/grants', signedInAs('manager'));
  const form = (await screen.findByText('Set a limit')).closest('details')!;
  await user.click(within(form).getByLabelText(/^May give/));
  await user.click(within(form).getByLabelText('One person'));
  await user.selectOptions(await within(form).findByLabelText('Which person?'), await within(form).findByText('Lena Ortiz'));
  await user.selectOptions(within(form).getByLabelText(/^For which kind/), 'visit');
  await user.type(within(form).getByLabelText(/^Until/), '2100-04-01T09:00');
  await user.click(within(form).getByRole('button', { name: 'Set it' }));
  expect(await screen.findByRole('heading', { name: 'Lena Ortiz' })).toBeTruthy();
  expect(mock.sent(/^POST \/grants$/)).toMatchObject({ purpose: 'act', gesture_kind: 'visit', valid_to: '2100-04-01T08:00:00.000Z' });
  expect(mock.sent(/^POST \/grants$/)).not.toHaveProperty('role');
});

it('lets a lead pass on a part of their own, filled in with all of it', async () => {
  const { mock, user } = showPage('/setup/grants', signedInAs('lead'));
  expect(await screen.findByText('A manager sets limits.')).toBeTruthy();
  const form = screen.getByText('Pass on a part of my own limit').closest('details')!;
  const mine = await within(form).findByLabelText('Which of your limits?');
  await user.selectOptions(mine, within(mine).getByText(/^May say yes to: £75/));
  const most = within(form).getByLabelText(/^For one case/);
  expect((most as HTMLInputElement).value).toBe('75.00');
  await user.clear(most);
  await user.type(most, '30');
  await user.selectOptions(within(form).getByLabelText('Which person?'), await within(form).findByText('Martin Webb'));
  await user.click(within(form).getByRole('button', { name: 'Pass it on' }));
  expect(await screen.findByRole('heading', { name: 'Martin Webb' })).toBeTruthy();
  expect(mock.sent(/^POST \/grants$/)).toMatchObject({ purpose: 'approve', per_case: '30', per_month: '1000.00' });
  expect(mock.sent(/^POST \/grants$/)).toHaveProperty('delegated_from');
});

it('takes a limit back after a yes, and keeps it among those that ended', async () => {
  const { user } = showPage('/setup/grants', signedInAs('manager'));
  await user.click(await screen.findByRole('button', { name: 'Take it back: Every agent, May give' }));
  await user.click(screen.getByRole('button', { name: 'Yes' }));
  const past = (await screen.findByText('Taken back or ended')).closest('details')!;
  expect(within(past).getByText(/Every agent/)).toBeTruthy();
  expect(screen.queryByRole('heading', { name: 'Every agent' })).toBeNull();
});

it('lets a lead take back nothing that others set', async () => {
  showPage('/setup/grants', signedInAs('lead'));
  expect(await screen.findByRole('heading', { name: 'Every agent' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Take it back/ })).toBeNull();
});
