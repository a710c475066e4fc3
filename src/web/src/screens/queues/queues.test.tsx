import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';

it('says of each queue whether it is fresh, and since when it is silent', async () => {
  showPage('/setup/queues');
  expect(await screen.findByRole('heading', { level: 2, name: 'Branch desk' })).toBeTruthy();
  expect(screen.getByText('Fresh')).toBeTruthy();
  expect(screen.getByText('9 waiting, 2 of them late, 1 in hand')).toBeTruthy();
  expect(screen.getByText('Waiting for: cards 2, anything else 1')).toBeTruthy();
  expect(screen.getByText(/Nothing since .*08:02: checks go by what is usual/)).toBeTruthy();
});
