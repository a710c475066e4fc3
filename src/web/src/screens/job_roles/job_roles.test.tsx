import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';
import { signedInAs } from '../../testing/signed_in';

it('shows a job role’s duties by the gestures’ names, and who has it', async () => {
  showPage('/setup/job-roles', signedInAs('lead'));
  const line = (await screen.findByText('Branch adviser')).closest('li')!;
  expect(await within(line).findByText(/Asha Rao/)).toBeTruthy();
  expect(within(line).queryByText('explain-fees')).toBeNull();
  expect(screen.queryByText('Add a job role')).toBeNull();
});

it('adds a job role with the duties that were ticked', async () => {
  const { mock, user } = showPage('/setup/job-roles', signedInAs('manager'));
  await user.type(await screen.findByLabelText('What is it called?'), 'Cashier');
  await user.click((await screen.findAllByRole('checkbox'))[0]!);
  await user.click(screen.getByRole('button', { name: 'Add it' }));
  expect(await screen.findByText('Cashier')).toBeTruthy();
  expect(mock.sent(/^POST \/job-roles/)).toEqual({ title: 'Cashier', duties: ['call-back'] });
});
