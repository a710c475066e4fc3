import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';
import { nextStates } from './proposals_screen';

it('shows the figures and moves a proposal on, sending the promise only when it is adopted', async () => {
  const { user, mock } = showPage('/proposals');
  expect(await screen.findByText('Done 9 times for 8 customers; 7 were pleased, none complained.')).toBeTruthy();
  await user.click(screen.getByText('Move it on'));
  await user.click(screen.getByRole('button', { name: 'Move it' }));
  await waitFor(() => expect(mock.sent(/\/move$/)).toEqual({ state: 'under review' }));
  await user.click(await screen.findByLabelText('Adopted'));
  await user.click(screen.getByRole('button', { name: 'Move it' }));
  await waitFor(() => expect(mock.sent(/\/move$/)).toEqual({ state: 'adopted', promise: 'Call back with the answer' }));
  expect(await screen.findByRole('link', { name: 'See our offer' })).toBeTruthy();
});

it('goes forward or ends, never back', () => {
  expect(nextStates('under review')).toEqual(['on trial', 'adopted', 'declined']);
});
