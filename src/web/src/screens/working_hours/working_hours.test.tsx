import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { showPage } from '../../testing/render';
import { stretchesOf, textOf } from './hours_text';

it('reads the hours of a day as people write them', () => {
  expect(stretchesOf('9:00 – 12:30, 13:00-17:00')).toEqual([{ from: '09:00', to: '12:30' }, { from: '13:00', to: '17:00' }]);
  expect(stretchesOf(undefined)).toEqual([]);
  expect(stretchesOf('all day')).toEqual([{ from: 'all day', to: '' }]);
  expect(textOf([{ from: '09:00', to: '12:30' }, { from: '13:00', to: '17:00' }])).toBe('09:00-12:30, 13:00-17:00');
});

it('lets a manager say when a team works, and change it', async () => {
  const { mock, user } = showPage('/setup/working-hours');
  await user.type(await screen.findByLabelText(/^Team/), 'Branch desk');
  await user.clear(screen.getByLabelText(/^Friday/));
  await user.type(screen.getByLabelText(/^Saturday/), '10:00-12:00');
  await user.click(screen.getByRole('button', { name: 'Save the hours' }));
  expect(await screen.findByRole('heading', { level: 2, name: 'Branch desk' })).toBeTruthy();
  const day = [{ from: '09:00', to: '17:00' }];
  expect(mock.sent(/^POST .*working-hours$/)).toEqual({
    team: 'Branch desk', ticket_minutes: 15, agents: 1,
    days: { monday: day, tuesday: day, wednesday: day, thursday: day, friday: [], saturday: [{ from: '10:00', to: '12:00' }], sunday: [] },
  });
  expect(screen.getByText('10:00–12:00')).toBeTruthy();
});

it('puts a complaint beside the day it is about', async () => {
  const { mock, user } = showPage('/setup/working-hours');
  await user.type(await screen.findByLabelText(/^Team/), 'Branch desk');
  mock.refuseNext({ status: 422, field: '/days/sunday/0/to', detail: 'The hours are no times of the day in order.' });
  await user.type(screen.getByLabelText(/^Sunday/), 'noon');
  await user.click(screen.getByRole('button', { name: 'Save the hours' }));
  await waitFor(() => expect(screen.getByLabelText(/^Sunday/).getAttribute('aria-invalid')).toBe('true'));
});

it('shows those who serve the hours, without a form', async () => {
  const mock = createMock(['lead']);
  showPage('/setup/working-hours', mock);
  expect(await screen.findByText('A manager sets them.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Save the hours' })).toBeNull();
});
