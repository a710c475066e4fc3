import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';
import { signedInAs } from '../../testing/signed_in';

it('is a tap on one’s own name away', async () => {
  showPage('/', signedInAs('agent'));
  expect((await screen.findByRole('link', { name: 'Asha Rao' })).getAttribute('href')).toBe('/account');
});

it('changes the password that the person knows', async () => {
  const { mock, user } = showPage('/account', signedInAs('agent', 'learner'));
  expect(await screen.findByText(/^Agent, learner/)).toBeTruthy();
  await user.type(screen.getByLabelText('The password you have now'), 'the old one');
  await user.type(screen.getByLabelText('The new password'), ' three odd words ');
  await user.click(screen.getByRole('button', { name: 'Change it' }));
  expect(await screen.findByText(/Your password is changed/)).toBeTruthy();
  expect(mock.sent(/^POST \/session\/password/)).toEqual({ password: 'the old one', new_password: ' three odd words ' });
});

it('shows a new token once, and revokes it after a yes', async () => {
  const { mock, user } = showPage('/account', signedInAs('manager'));
  expect(await screen.findByText(/You have no tokens/)).toBeTruthy();
  await user.type(screen.getByLabelText('Which program is it for?'), 'weekly report');
  await user.click(screen.getByLabelText(/^Read and write/));
  await user.selectOptions(screen.getByLabelText('How long does it work?'), 'Until I revoke it');
  await user.click(screen.getByRole('button', { name: 'Make it' }));
  expect(mock.sent(/^POST \/tokens/)).toEqual({ name: 'weekly report', scopes: ['read', 'write'] });
  expect((await screen.findByLabelText('The token') as HTMLInputElement).value).toBe('emt_shown-once');
  await user.click(screen.getByRole('button', { name: 'I have copied it' }));
  expect(screen.queryByLabelText('The token')).toBeNull();

  const line = (await screen.findByText('weekly report')).closest('li')!;
  expect(within(line).getByText('may read and write · works until you revoke it')).toBeTruthy();
  await user.click(within(line).getByRole('button', { name: 'Revoke weekly report' }));
  await user.click(within(line).getByRole('button', { name: 'Yes' }));
  expect(await screen.findByText('The token for “weekly report” is revoked.')).toBeTruthy();
  expect(await screen.findByText(/You have no tokens/)).toBeTruthy();
});
