import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { firstCase, showPage } from '../../testing/render';

it('says for each criterion what shows it and what is missing, and leads to the record', async () => {
  const mock = createMock();
  const address = firstCase(mock);
  mock.answer('POST', `/api/v1${address}/tiles/call-back`, '{}');
  const { user, router } = showPage('/unit', mock);
  const criterion = within((await screen.findByText('Carries out an extra that the customer notices.')).closest('li')!);
  expect(criterion.getByText('Do it once when it is busy.')).toBeTruthy();
  await user.click(criterion.getByText('One record shows it'));
  await user.click(criterion.getByRole('link', { name: 'Did “Call back with the answer”' }));
  await screen.findByRole('heading', { level: 1, name: 'New card never came, second time' });
  expect(router.state.location.hash).toBe(`record-${mock.file(address.split('/')[2]!).actions[0]!.id}`);
});
