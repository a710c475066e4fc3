import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock, lead } from '../../testing/mock_api';
import { connectionId } from '../../testing/mock_setup';
import { showPage } from '../../testing/render';

const show = () => showPage('/setup/connections', createMock(['admin']));

it('asks for the secret that Chatwoot makes, and then says which address to put there', async () => {
  const { mock, user } = show();
  expect(await screen.findByText(/Nothing is connected yet/)).toBeTruthy();
  expect(screen.getByText('Message updated')).toBeTruthy();
  await user.type(screen.getByLabelText(/A name for it/), 'Website chat');
  await user.selectOptions(screen.getByLabelText('Whose cases do its conversations become?', { exact: false }), lead.id);
  await user.type(screen.getByLabelText(/The webhook’s secret/), 'sixteen-letters-or-more');
  await user.click(screen.getByRole('button', { name: 'Add it' }));
  const address = await screen.findByLabelText<HTMLInputElement>('Its address');
  expect(address.value).toBe(`${location.origin}/api/v1/webhooks/chatwoot/brook/${connectionId}`);
  expect(mock.sent(/^POST .*connections$/)).toEqual({ kind: 'chatwoot', name: 'Website chat', agent: lead.id, secret: 'sixteen-letters-or-more' });
  // What Chatwoot made is known to who typed it: it is not repeated.
  expect(screen.queryByDisplayValue('sixteen-letters-or-more')).toBeNull();
});

it('shows the secret of a queue feed once', async () => {
  const { mock, user } = show();
  await user.click(await screen.findByLabelText(/Queue feed/));
  await user.type(screen.getByLabelText(/A name for it/), 'Telephone');
  await user.selectOptions(screen.getByLabelText('Who answers for it?', { exact: false }), lead.id);
  await user.click(screen.getByRole('button', { name: 'Add it' }));
  expect(await screen.findByDisplayValue('f00dcafe-made-by-the-server')).toBeTruthy();
  expect(mock.sent(/^POST .*connections$/)).toEqual({ kind: 'queue', name: 'Telephone', agent: lead.id });
  await user.click(screen.getByRole('button', { name: 'I have what I need' }));
  await waitFor(() => expect(screen.queryByDisplayValue('f00dcafe-made-by-the-server')).toBeNull());
  await user.click(screen.getByRole('button', { name: 'Turn off Telephone' }));
  await user.click(screen.getByRole('button', { name: 'Yes' }));
  expect(await screen.findByText(/^Turned off,/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Turn off Telephone' })).toBeNull();
});
