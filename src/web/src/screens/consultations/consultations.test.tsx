import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock, type Mock } from '../../testing/mock_api';
import { firstCase, showPage } from '../../testing/render';

/** A hamper that needs a yes, asked of the reader. */
function withRequest(spoken: boolean): Mock {
  const mock = createMock();
  const caseId = firstCase(mock).split('/')[2]!;
  const idea = mock.answer('POST', `/api/v1/cases/${caseId}/ideas`, '{"gesture":"hamper"}').body as { id: string };
  const body = spoken ? { purpose: 'approval', mode: 'spoken', spoken_answer: { state: 'approved' } } : { purpose: 'approval', mode: 'in app', words: { text: 'They lost a week.' } };
  mock.answer('POST', `/api/v1/ideas/${idea.id}/consultations`, JSON.stringify(body));
  return mock;
}

it('lays out the facts and the colleague’s words, and approves with one tap', async () => {
  const { user, mock } = showPage('/consultations', withRequest(false));
  expect(await screen.findByText('Small hamper: £45.00 and 10 minutes.')).toBeTruthy();
  expect(screen.getByText('They lost a week.')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Approve' }));
  await waitFor(() => expect(mock.sent(/\/answer$/)).toEqual({ state: 'approved' }));
  expect(await screen.findByText('Nobody waits for your word.')).toBeTruthy();
});

it('approves with changes: up to so much', async () => {
  const { user, mock } = showPage('/consultations', withRequest(false));
  await user.click((await screen.findAllByText('Approve with changes'))[0]!);
  await user.type(screen.getByLabelText(/Up to how much money/), '30.00');
  await user.click(screen.getByRole('button', { name: 'Approve with changes' }));
  await waitFor(() => expect(mock.sent(/\/answer$/)).toEqual({ state: 'changed', envelope: { amount: '30.00' } }));
});

it('asks to confirm what was said aloud', async () => {
  const { user, mock } = showPage('/consultations', withRequest(true));
  await user.click(await screen.findByRole('button', { name: 'Yes, I said that' }));
  await waitFor(() => expect(mock.asked.some((line) => line.endsWith('/confirm'))).toBe(true));
});
