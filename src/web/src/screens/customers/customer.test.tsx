import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { connectionId } from '../../testing/mock_setup';
import { showPage } from '../../testing/render';

const address = `/customers/${connectionId}`;

it('asks once before a customer is erased, and says what stays', async () => {
  const { mock, user } = showPage(address);
  expect(await screen.findByRole('heading', { level: 1, name: 'Ann Lee' })).toBeTruthy();
  expect(screen.getByText(/What stays: that the cases, checks and extras happened/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Erase their personal data' }));
  await user.click(screen.getByRole('button', { name: 'No' }));
  expect(mock.asked.some((line) => line.endsWith('/erase'))).toBe(false);
  await user.click(screen.getByRole('button', { name: 'Erase their personal data' }));
  await user.click(screen.getByRole('button', { name: 'Yes' }));
  expect(await screen.findByText('Erased: name, contact, number and 3 texts.')).toBeTruthy();
  expect(await screen.findByRole('heading', { level: 1, name: 'customer K7Q2' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Erase their personal data' })).toBeNull();
});

it('tells an agent who can erase, and offers no button', async () => {
  showPage(address, createMock(['agent']));
  expect(await screen.findByText('A manager can erase their personal data.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Erase their personal data' })).toBeNull();
});
