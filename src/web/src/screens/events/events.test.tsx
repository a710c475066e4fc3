import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';

it('says in plain words what was written down, the newest first, page by page', async () => {
  const { user } = showPage('/setup/events');
  expect(await screen.findByText('Something new', { selector: 'strong' })).toBeTruthy();
  expect(screen.getByText('A customer was told', { selector: 'strong' })).toBeTruthy();
  expect(screen.queryByText('A case was opened', { selector: 'strong' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Show what came before' }));
  expect(await screen.findByText('A case was opened', { selector: 'strong' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Show what came before' })).toBeNull();
});

it('looks for one kind, and keeps that in the address', async () => {
  const { router, user } = showPage('/setup/events');
  await screen.findByText('A customer was told', { selector: 'strong' });
  await user.click(screen.getByText('Look for'));
  await user.selectOptions(screen.getByLabelText(/What happened/), 'customer_told');
  await user.click(screen.getByRole('button', { name: 'Show' }));
  expect(await screen.findByText('Of the 2 events read so far, 1 are “A customer was told”.')).toBeTruthy();
  await waitFor(() => expect(router.state.location.search).toEqual({ kind: 'customer_told' }));
  expect(screen.queryByText('Something new', { selector: 'strong' })).toBeNull();
});
