import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { createMock, lead, me, type Mock } from '../../testing/mock_api';
import { showPage } from '../../testing/render';

type S = Schemas;
const at = '2026-03-02T09:30:00Z';
const id = (n: number) => `01958f00-0000-7000-8000-0000000010${String(n).padStart(2, '0')}`;

function affected(n: number, more: Partial<S['Affected']> = {}): S['Affected'] {
  return {
    case_id: id(n), case_reference: `C-${n}`, customer_id: id(n + 20), pseudonym: `customer ${n}`, name: null, opened_at: at, piece: null, piece_version: null,
    fulfilment: null, state: 'not planned', planned_at: null, taken_by: null, action: null, done_at: null,
    told: { state: 'not yet', at: null, channel: null, acknowledged: false }, ...more,
  };
}

/** An incident that hit three, of whom one is in my hand; the organisation in memory knows no other. */
function withIncident(): { mock: Mock; file: S['IncidentFile'] } {
  const mock = createMock();
  const planned = { piece: id(50), piece_version: 1, fulfilment: id(60), planned_at: at };
  const file: S['IncidentFile'] = {
    incident: { id: id(0), occurred_at: at, recorded_at: at, recorded_by: me, version: 1, title: 'Parcels went astray', cause: 'systems', kind: 'late parcel', team: 'Branch desk', closed_at: null, cases: 3, gestures: 1, gesture_cost: '5.00' },
    words: null, kind: { name: 'late parcel', incidents: 2, gestures: 9, gesture_cost: '45.00', minutes: 18, improvement: null },
    affected: [affected(1, { ...planned, state: 'done', action: id(70), done_at: at, told: { state: 'not reached', at, channel: null, acknowledged: false } }), affected(2, { ...planned, piece: id(51), state: 'waiting' }), affected(3)],
    progress: { affected: 3, planned: 2, waiting: 1, taken: 0, done: 1, told: 0, not_reached: 1, next_at: at, last_at: at },
    ideas: [], consultations: [],
    fulfilments: [{ id: id(60), occurred_at: at, recorded_at: at, recorded_by: lead, version: 1, idea: id(80), consultation: null, message: { text: 'We are sorry.', author: 'own_words' }, unfinished: 1, done: 1, cancelled: 0 }],
  };
  const piece: S['IncidentPiece'] = {
    id: id(51), version: 2, incident: id(0), state: 'taken', planned_at: at, case_id: id(2), case_reference: 'C-2', channel: 'phone', pseudonym: 'customer 2', name: 'Ann Lee', contact: '0161 496 0000',
    title: 'Voucher', amount: '5.00', minutes: 2, message: { text: 'We are sorry.', author: 'own_words' }, action: null, told: false,
  };
  const answer = mock.answer.bind(mock);
  mock.answer = (method, url, body) => {
    const known = answer(method, url, body);
    const path = new URL(url, 'http://mock').pathname.replace('/api/v1', '');
    if (path === `/incidents/${id(0)}`) return { status: 200, body: file };
    if (path === `/incidents/${id(0)}/next`) {
      Object.assign(file.affected[1]!, { state: 'taken', taken_by: me });
      return { status: 200, body: piece };
    }
    if (path.startsWith('/incident-pieces/')) {
      Object.assign(file.affected[1]!, { state: 'done' });
      return { status: 200, body: { ...piece, state: 'done' } };
    }
    return known;
  };
  return { mock, file };
}

it('takes the next in line and says that they were told, with a tap each', async () => {
  const { mock } = withIncident();
  const { user } = showPage(`/incidents/${id(0)}`, mock);
  await user.click(await screen.findByRole('button', { name: 'Take the next in line' }));
  const hand = within(await screen.findByRole('region', { name: 'In your hand' }));
  expect(hand.getByText('0161 496 0000')).toBeTruthy();
  expect(hand.getAllByText('We are sorry.').length).toBeGreaterThan(0);
  await user.click(hand.getByRole('button', { name: 'Done, told by phone' }));
  await waitFor(() => expect(screen.queryByRole('region', { name: 'In your hand' })).toBeNull());
  expect(mock.asked).toContain(`POST /incident-pieces/${id(51)}/done`);
});

it('shows how far it is, who is still to be told and what the kind costs', async () => {
  const { mock } = withIncident();
  showPage(`/incidents/${id(0)}`, mock);
  expect(await screen.findByText('1 of 3 done')).toBeTruthy();
  expect(screen.getByText('One is still to be told')).toBeTruthy();
  expect(screen.getByText(/2 incidents, 9 gestures, £45.00 and 18 minutes/)).toBeTruthy();
});

it('adds customers by their numbers, one on each line', async () => {
  const { mock } = withIncident();
  const { user } = showPage(`/incidents/${id(0)}`, mock);
  await user.click(await screen.findByText('List customers without a case'));
  await user.type(screen.getByLabelText(/Their numbers/), 'r-1{enter}r-2');
  await user.click(screen.getByRole('button', { name: 'It hit these customers' }));
  await waitFor(() => expect(mock.sent(/affected$/)).toEqual({ references: ['r-1', 'r-2'] }));
});
