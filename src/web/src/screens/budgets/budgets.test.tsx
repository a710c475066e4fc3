import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';
import { signedInAs } from '../../testing/signed_in';

it('shows what is left of each budget, spent and kept apart', async () => {
  showPage('/setup/budgets', signedInAs('lead'));
  const line = (await screen.findByText('Branch goodwill')).closest('li')!;
  expect(within(line).getByText('£350.00 left of £500.00')).toBeTruthy();
  expect(within(line).getByText('£130.00 spent · £20.00 kept for what is planned')).toBeTruthy();
  expect(screen.getByText('A manager adds budgets.')).toBeTruthy();
});

it('adds a budget for a team', async () => {
  const { mock, user } = showPage('/setup/budgets', signedInAs('manager'));
  await user.type(await screen.findByLabelText('What is it called?'), 'Christmas');
  await user.type(screen.getByLabelText(/^For which team/), 'Branch desk');
  await user.type(screen.getByLabelText(/^How much money/), '250');
  await user.type(screen.getByLabelText(/^How many minutes/), '600');
  await user.click(screen.getByRole('button', { name: 'Add it' }));
  expect(await screen.findByText('£250.00 left of £250.00')).toBeTruthy();
  expect(mock.sent(/^POST \/budgets/)).toEqual({ name: 'Christmas', team: 'Branch desk', per_month: '250', minutes_per_month: 600 });
});
