import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';

it('shows which rules are in force, with their fingerprint', async () => {
  showPage('/rules');
  expect(await screen.findByRole('heading', { name: 'uk-starter' })).toBeTruthy();
  expect(screen.getByText(/^3f2a91c4/)).toBeTruthy();
  expect(screen.getByText('regulation.dmn')).toBeTruthy();
});

it('puts a draft in force once its findings were read, and goes back with one tap', async () => {
  const { mock, user } = showPage('/rules');
  await user.click(await screen.findByRole('button', { name: 'Check this draft' }));
  expect(await screen.findByText(/No rule matches where the amount is 0/)).toBeTruthy();
  expect(screen.getByText(/123 of 123 examples pass/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'I have read this: put it in force' }));
  await waitFor(() => expect(screen.getAllByRole('button', { name: 'Go back to this set' })).toHaveLength(2));
  expect(mock.sent(/publish/)).toEqual({ reviewed: 'f1' });

  const first = screen.getByText('1. branch rules').closest('li')!;
  await user.click(within(first).getByRole('button', { name: 'Go back to this set' }));
  expect(await within(first).findByText('in force')).toBeTruthy();
});
