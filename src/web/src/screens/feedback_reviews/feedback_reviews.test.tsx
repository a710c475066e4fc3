import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';

it('writes down what a lead learnt from a period, in their own words', async () => {
  const { mock, user } = showPage('/setup/feedback-reviews');
  await user.type(await screen.findByLabelText(/What did you learn/), 'Call back the same day.');
  await user.click(screen.getByRole('button', { name: 'Write it down' }));
  expect(await screen.findByText(/^Written down\./)).toBeTruthy();
  const sent = mock.sent(/feedback-reviews$/) as { period_from: string; period_to: string; words: unknown };
  expect(sent.words).toEqual({ text: 'Call back the same day.', author: 'own_words' });
  expect(Date.parse(sent.period_to) - Date.parse(sent.period_from)).toBeGreaterThan(27 * 86_400_000);
});
