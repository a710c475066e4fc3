import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';

it('shows the figures, what doing it always would take, and moves a proposal on through a trial', async () => {
  const { user, mock } = showPage('/proposals');
  expect(await screen.findByText('Done 9 times for 8 customers; 7 were pleased, none complained.')).toBeTruthy();
  expect(screen.getByText(/it would be for 40 cases a week/)).toBeTruthy();
  await user.click(screen.getByText('The figures behind this'));
  expect(screen.getByText('Branch: capacity is enough.')).toBeTruthy();
  expect(screen.getByText('11 % → 14 %')).toBeTruthy();

  await user.click(screen.getByText('Move it on'));
  await user.click(screen.getByRole('button', { name: 'Move it' }));
  await waitFor(() => expect(mock.sent(/\/move$/)).toEqual({ state: 'under review' }));
  await user.click(await screen.findByLabelText('On trial'));
  await screen.findByRole('option', { name: 'Branch desk' });
  await user.selectOptions(screen.getByLabelText(/Who tries it/), 'Branch desk');
  await user.click(screen.getByRole('button', { name: 'Move it' }));
  await waitFor(() => expect(mock.sent(/\/move$/)).toEqual({ state: 'on trial', trial: { team: 'Branch desk' } }));
  expect(await screen.findByText('Used 2 times for 2 customers.')).toBeTruthy();

  await user.click(await screen.findByLabelText('Adopted'));
  await user.click(screen.getByRole('button', { name: 'Move it' }));
  await waitFor(() => expect(mock.sent(/\/move$/)).toEqual({ state: 'adopted', promise: 'Call back with the answer' }));
  expect(await screen.findByRole('link', { name: 'See our offer' })).toBeTruthy();
  expect(screen.queryByText('Move it on')).toBeNull();
});

it('asks why where a proposal is declined', async () => {
  const { user } = showPage('/proposals');
  await user.click(await screen.findByText('Move it on'));
  await user.click(screen.getByLabelText('Declined'));
  expect(screen.getByLabelText(/^Why\?$/, { selector: '.card-list textarea' })).toHaveProperty('required', true);
});

it('offers what is routine only to be taken out again', async () => {
  const { user } = showPage('/proposals');
  await user.click(await screen.findByText('Suggest something'));
  const options = () => screen.getAllByRole('option').map((one) => one.textContent);
  expect(options()).not.toContain('Explain the fees');
  await user.click(screen.getByLabelText('Take it out of our offer again'));
  expect(options()).toContain('Explain the fees');
  expect(options()).not.toContain('Handwritten card');
});
