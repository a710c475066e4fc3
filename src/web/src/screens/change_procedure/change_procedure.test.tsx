import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { showPage } from '../../testing/render';
import { addStep, changeStep, draftOf, procedureOf, takeOutStep, type Procedure } from './draft';

const small: Procedure = {
  name: 'Ours',
  states: [{ name: 'new', is: 'open' }, { name: 'pilot', is: 'trial' }, { name: 'yes', is: 'adopted' }, { name: 'no', is: 'declined' }],
  moves: [{ from: 'new', to: 'pilot', who: ['lead'] }, { from: 'pilot', to: 'yes', who: ['manager'] }, { from: 'new', to: 'no', who: ['manager'] }],
};

it('keeps a procedure as it is while nothing is changed, whatever the order of its moves', () => {
  const again = procedureOf(draftOf(small));
  expect(again.states).toEqual(small.states);
  expect(new Set(again.moves)).toEqual(new Set(small.moves));
});

it('lets a step be renamed, added and taken out, and its ways follow', () => {
  const renamed = procedureOf(changeStep(draftOf(small), 1, () => ({ name: 'trial run' })));
  expect(renamed.moves).toContainEqual({ from: 'new', to: 'trial run', who: ['lead'] });
  expect(renamed.moves).toContainEqual({ from: 'trial run', to: 'yes', who: ['manager'] });
  expect(addStep(draftOf(small), 'more').steps.map(({ name }) => name)).toEqual(['new', 'pilot', 'more', 'yes', 'no']);
  expect(procedureOf(takeOutStep(draftOf(small), 1)).moves).toEqual([{ from: 'new', to: 'no', who: ['manager'] }]);
  expect(procedureOf(changeStep(draftOf(small), 1, () => ({ is: 'withdrawn' }))).moves.map(({ from }) => from)).not.toContain('pilot');
});

it('shows the way of a suggestion, and saves what a manager changes', async () => {
  const { mock, user } = showPage('/setup/change-procedure');
  expect(await screen.findByText('To “On trial”: whoever suggested it, managers.')).toBeTruthy();
  await user.click(screen.getByText('Change the procedure'));
  const second = within(screen.getByRole('group', { name: 'Step 2' }));
  await user.clear(second.getByLabelText('What you call it'));
  await user.type(second.getByLabelText('What you call it'), 'pilot');
  await user.click(within(second.getByRole('group', { name: 'Who may take it to “adopted”?' })).getByLabelText('leads'));
  await user.click(screen.getByRole('button', { name: 'Save the procedure' }));
  await waitFor(() => expect(mock.sent(/^POST .*change-procedure$/)).toMatchObject({
    states: [{ name: 'suggested' }, { name: 'pilot', is: 'trial' }, {}, {}],
    moves: [{ to: 'pilot' }, { to: 'declined' }, { from: 'pilot', to: 'adopted', who: ['manager', 'lead'] }, {}],
  }));
  expect(await screen.findByText('Saved. Suggestions follow it from now on.')).toBeTruthy();
});

it('is only read by a lead', async () => {
  showPage('/setup/change-procedure', createMock(['lead']));
  expect(await screen.findByText(/nobody adopts what they suggested themselves/)).toBeTruthy();
  expect(screen.queryByText('Change the procedure')).toBeNull();
});
