import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { showPage } from '../../testing/render';

it('shows the version in force with its promises, and the catalogue with costs', async () => {
  showPage('/offer');
  expect(await screen.findByText('Version 1')).toBeTruthy();
  expect(screen.getByText('We answer the phone within three minutes.', { selector: 'p' })).toBeTruthy();
  expect(await screen.findByText('£45.00 · 10 minutes')).toBeTruthy();
});

it('starts the next version from the promises in force', async () => {
  const { user } = showPage('/offer');
  await user.click(await screen.findByText('Draft the next version'));
  const first = within((await screen.findByRole('group', { name: 'Promise 1' })) as HTMLElement);
  expect((first.getByLabelText(/We promise/) as HTMLTextAreaElement).value).toBe('We answer the phone within three minutes.');
  expect(screen.getByRole('group', { name: 'Promise 4' })).toBeTruthy();
});

it('leaves changing it to managers', async () => {
  showPage('/offer', createMock(['agent']));
  await screen.findByText('Version 1');
  expect(screen.queryByText('Draft the next version')).toBeNull();
  expect(screen.queryByText('Add a gesture')).toBeNull();
});
