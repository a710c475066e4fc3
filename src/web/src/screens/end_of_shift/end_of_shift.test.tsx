import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { firstCase, showPage } from '../../testing/render';

it('closes each open end where it stands', async () => {
  const mock = createMock();
  const caseId = firstCase(mock).split('/')[2]!;
  mock.answer('POST', `/api/v1/cases/${caseId}/tiles/call-back`, '{}');
  const { user } = showPage('/end-of-shift', mock);
  expect(await screen.findByText('3 things are still open.')).toBeTruthy();
  await user.click(await screen.findByRole('button', { name: 'Yes, I told them (by phone)' }));
  await waitFor(() => expect(screen.queryByText(/did you tell them/)).toBeNull());
  await user.click(await screen.findByRole('button', { name: 'Pleased' }));
  await waitFor(() => expect(screen.queryByText(/how did they take it/)).toBeNull());
  expect(mock.sent(/\/feedback$/)).toMatchObject({ source: 'customer', method: 'spoken', positive: true });
  await user.click(await screen.findByRole('button', { name: 'Look at the queue' }));
  expect(await screen.findByText('Everything is closed. Have a good evening.')).toBeTruthy();
});
