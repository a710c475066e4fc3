import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';

it('shows which rules are in force, with their fingerprint', async () => {
  showPage('/rules');
  expect(await screen.findByRole('heading', { name: 'uk-starter' })).toBeTruthy();
  expect(screen.getByText(/^3f2a91c4/)).toBeTruthy();
  expect(screen.getByText('regulation.dmn')).toBeTruthy();
});
