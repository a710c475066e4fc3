import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { showPage } from '../../testing/render';

it('shows what customers valued, how sure that is, and what the figures cannot show', async () => {
  showPage('/gestures');
  const works = await screen.findByRole('region', { name: 'Which gestures work' });
  const row = within(works).getByRole('row', { name: /Call back with the answer/ });
  expect(within(row).getByText('7 of 8')).toBeTruthy();
  expect(within(row).getByText('between 51 % and 99 %')).toBeTruthy();
  expect(screen.getByText(/Staff chose when and for whom/)).toBeTruthy();
  expect(screen.getByText(/Not used yet: .*Small hamper/)).toBeTruthy();
});

it('shows what a gesture does to others, with the alarm', async () => {
  showPage('/gestures');
  const others = await screen.findByRole('region', { name: 'Other customers' });
  const row = within(others).getByRole('row', { name: /Walk through it together/ });
  expect(within(row).getByText('alarm')).toBeTruthy();
  expect(within(row).getByText('19, forecast 11')).toBeTruthy();
});

it('lets a manager, and nobody else, turn exploration on', async () => {
  const { user, mock } = showPage('/gestures');
  await user.click(await screen.findByRole('button', { name: 'Turn it on' }));
  await waitFor(() => expect(mock.sent(/exploration$/)).toEqual({ on: true }));
  expect(await screen.findByText('It is on.')).toBeTruthy();
});

it('shows an agent no button for exploration', async () => {
  showPage('/gestures', createMock(['agent']));
  expect(await screen.findByText('It is off.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Turn it on' })).toBeNull();
});
