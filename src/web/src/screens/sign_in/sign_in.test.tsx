import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { showPage } from '../../testing/render';

function signedOut() {
  const mock = createMock();
  mock.session = null;
  return mock;
}

it('shows the sign-in at any address, and then the page that was asked for', async () => {
  const { user } = showPage('/rules', signedOut());
  await user.type(await screen.findByLabelText('Sign-in name'), 'asha');
  await user.type(screen.getByLabelText('Password'), ' with spaces ');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Rules' })).toBeTruthy();
});

it('sends a password exactly as it was typed', async () => {
  const { user, mock } = showPage('/', signedOut());
  await user.type(await screen.findByLabelText('Sign-in name'), ' asha ');
  await user.type(screen.getByLabelText('Password'), ' with spaces ');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  await screen.findByRole('heading', { level: 1, name: 'Desk' });
  expect(mock.sent(/^POST \/session$/)).toEqual({ sign_in_name: 'asha', password: ' with spaces ' });
});

it('says what is wrong and what to do', async () => {
  const mock = signedOut();
  const { user } = showPage('/', mock);
  await user.type(await screen.findByLabelText('Sign-in name'), 'asha');
  await user.type(screen.getByLabelText('Password'), 'wrong');
  mock.refuseNext({ status: 401, detail: 'The name or the password is wrong.', advice: 'Try again.' });
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect((await screen.findByRole('alert')).textContent).toBe('The name or the password is wrong. Try again.');
});

it('forgets what was shown when somebody signs out', async () => {
  const { user } = showPage('/');
  await screen.findByText('New card never came, second time');
  await user.click(screen.getAllByRole('button', { name: 'Sign out' })[0]!);
  expect(await screen.findByLabelText('Password')).toBeTruthy();
  expect(screen.queryByText('New card never came, second time')).toBeNull();
});
