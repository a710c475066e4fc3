import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { firstCase, showPage } from '../../testing/render';

it('shows my open cases with their next step, and what I may still give', async () => {
  const { mock } = showPage('/');
  const line = await screen.findByRole('link', { name: /New card never came/ });
  expect(within(line).getByText('Ask what they expect.')).toBeTruthy();
  expect(screen.getByText('£85.00 left this month')).toBeTruthy();
  expect(screen.getByText('42 min left today')).toBeTruthy();
  expect(mock.asked).toContain('GET /cases');
});

it('shows what is planned with its time, until it is done', async () => {
  const mock = createMock();
  const caseId = firstCase(mock).split('/')[2]!;
  const { id } = mock.answer('POST', `/api/v1/cases/${caseId}/ideas`, '{"gesture":"call-back","start_at":"2026-03-02T14:30:00Z"}').body as { id: string };
  mock.answer('POST', `/api/v1/ideas/${id}/actions`, '{"state":"planned"}');
  const { user } = showPage('/', mock);
  const heading = await screen.findByRole('heading', { name: 'Planned' });
  const card = within(heading.closest('section')!);
  expect(await card.findByText(/14:30/)).toBeTruthy();
  expect(card.getByText(/Call back/)).toBeTruthy();
  await user.click(card.getByRole('button', { name: 'I did it' }));
  await waitFor(() => expect(screen.queryByRole('heading', { name: 'Planned' })).toBeNull());
  expect(mock.sent(/^POST \/actions\/.*\/state$/)).toEqual({ state: 'done' });
});

it('opens a case for a walk-up with one tap', async () => {
  const { user, router } = showPage('/');
  await user.click(await screen.findByRole('button', { name: /^Now/ }));
  await screen.findByRole('heading', { level: 1, name: 'Walk-up' });
  expect(router.state.location.pathname).toMatch(/^\/cases\//);
});

it('opens a case by hand, sending only what was filled in', async () => {
  const { user, mock } = showPage('/');
  await user.click(await screen.findByText('New case'));
  await user.type(screen.getByLabelText(/What is it about/), 'Lost statement');
  await user.click(screen.getByLabelText('by email'));
  await user.type(screen.getByLabelText(/What the customer said/), 'Where is it?');
  await user.click(screen.getByRole('button', { name: 'Open the case' }));
  await screen.findByRole('heading', { level: 1, name: 'Lost statement' });
  expect(mock.sent(/^POST \/cases$/)).toEqual({
    kind: 'request', reason: 'Lost statement', channel: 'email', words: { text: 'Where is it?', author: 'customer' },
  });
});

it('shows a refusal at its field', async () => {
  const { user, mock } = showPage('/');
  await user.click(await screen.findByText('New case'));
  const reason = screen.getByLabelText(/What is it about/);
  await user.type(reason, 'Jo Hart rang');
  mock.refuseNext({ field: '/reason', detail: 'This looks like a name.', advice: 'Say what it is about.' });
  await user.click(screen.getByRole('button', { name: 'Open the case' }));
  const complaint = await screen.findByText('This looks like a name. Say what it is about.');
  expect(reason.getAttribute('aria-invalid')).toBe('true');
  expect(reason.getAttribute('aria-describedby')).toContain(complaint.id);
  expect(document.activeElement).toBe(reason);
});

it('brings in a file and says what was refused, for leads only', async () => {
  const { user, mock } = showPage('/');
  await user.click(await screen.findByText('Bring in cases from a file'));
  await user.upload(screen.getByLabelText('CSV file'), new File(['kind,reason,channel\n'], 'cases.csv', { type: 'text/csv' }));
  // jsdom does not see the file that user-event gave to a required field, so its own validation would stop the form.
  fireEvent.submit(screen.getByRole('button', { name: 'Bring them in' }).closest('form')!);
  expect(await screen.findByText('3 rows read: 2 opened, 0 known already.')).toBeTruthy();
  expect(screen.getByText(/The channel “fax” is not known/)).toBeTruthy();
  expect(mock.sent(/^POST \/cases\/import$/)).toBe('kind,reason,channel\n');
});

it('does not offer the import to an agent', async () => {
  showPage('/', createMock(['agent']));
  await screen.findByText('New case');
  expect(screen.queryByText('Bring in cases from a file')).toBeNull();
});

it('keeps its filter in the address', async () => {
  const { user, router } = showPage('/');
  await user.click(await screen.findByRole('link', { name: 'Closed' }));
  expect(await screen.findByRole('heading', { name: 'Closed cases' })).toBeTruthy();
  expect(router.state.location.search).toEqual({ state: 'closed' });
});

it('starts an assessor at the units, not at a desk they have not', async () => {
  const { mock } = showPage('/', createMock(['assessor']));
  expect(await screen.findByRole('heading', { level: 1, name: 'My unit' })).toBeTruthy();
  expect(mock.asked).not.toContain('GET /cases');
});
