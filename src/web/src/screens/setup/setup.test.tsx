import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';
import { signedInAs } from '../../testing/signed_in';

it('shows a manager the way to all that is set up, each with a line', async () => {
  showPage('/setup', signedInAs('manager'));
  expect(await screen.findByRole('heading', { level: 1, name: 'Set up' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Our offer and the gestures' }).getAttribute('href')).toBe('/offer');
  expect(screen.getByText(/What you promise every customer/)).toBeTruthy();
});

it('stands in the navigation only for those who set something up', async () => {
  showPage('/help', signedInAs('agent', 'learner'));
  expect(await screen.findByRole('heading', { level: 1, name: 'Help' })).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Set up' })).toBeNull();
});

it('is where an administrator, who serves no customers, starts', async () => {
  showPage('/', signedInAs('admin'));
  expect(await screen.findByRole('heading', { level: 1, name: 'Set up' })).toBeTruthy();
});
