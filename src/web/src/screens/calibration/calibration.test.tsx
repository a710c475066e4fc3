import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';

it('shows what was learnt, as a picture and in figures', async () => {
  showPage('/setup/forecasts');
  expect(await screen.findByText('4,321 calls from 5 Jan 2026 to 27 Feb 2026.')).toBeTruthy();
  expect(screen.getByRole('img', { name: /^Weekdays: calls an hour/ }).querySelectorAll('rect')).toHaveLength(20);
  const table = screen.getByRole('region', { name: 'Weekdays, half-hour by half-hour' });
  expect(within(table).getByText('nobody did')).toBeTruthy();
  expect(within(table).getAllByText('3 min').length).toBeGreaterThan(0);
});

it('says what to do where nothing is known yet', async () => {
  showPage('/setup/forecasts?team=Back%20office');
  expect((await screen.findByRole('link', { name: 'Import a call log' })).getAttribute('href')).toBe('/setup/call-logs');
});
