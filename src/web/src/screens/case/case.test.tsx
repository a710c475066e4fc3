import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { createMock } from '../../testing/mock_api';
import { firstCase, showPage } from '../../testing/render';

const show = (search = '') => {
  const mock = createMock();
  return showPage(firstCase(mock) + search, mock);
};

const step = async (name: string) => within((await screen.findByRole('region', { name })) as HTMLElement);

describe('tiles', () => {
  it('do an extra mile with one tap and no typing, and take it back with another', async () => {
    const { user, mock } = show();
    await user.click(await screen.findByRole('button', { name: /Call back with the answer.*Do it/ }));
    expect(await screen.findByText('Done and written down: Call back with the answer.')).toBeTruthy();
    expect(mock.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1);
    await user.click(screen.getAllByRole('button', { name: 'Undo' })[0]!);
    expect(await screen.findByText('Undone: Call back with the answer.')).toBeTruthy();
    expect(mock.sent(/^POST \/actions\/.*\/state$/)).toEqual({ state: 'reversed' });
  });

  it('lead from what is not allowed to what is', async () => {
    const { user, mock } = show();
    await user.click(await screen.findByText(/Not this time, but see what is near/));
    await user.click(screen.getByRole('button', { name: /Voucher for a review/ }));
    expect(await screen.findByText('What would be allowed')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Take this instead' }));
    await waitFor(() => expect(mock.sent(/^POST \/cases\/.*\/ideas$/)).toMatchObject({ gesture: 'thank-you-card', origin: 'suggested' }));
    const ideas = await step('Ideas for something extra');
    expect(await ideas.findByRole('heading', { name: /Handwritten card/ })).toBeTruthy();
  });
});

describe('a check', () => {
  it('shows six gates, each in a sentence, with the citation one tap away', async () => {
    const { user } = show();
    await user.click(await screen.findByText(/Look closer or ask first/));
    await user.click(screen.getByRole('button', { name: /Small hamper/ }));
    const ideas = await step('Ideas for something extra');
    await user.click(await ideas.findByText('Why? The six checks'));
    for (const gate of ['Is it extra?', 'Is it mine to give?', 'Is there time and money?', 'Is it within our guidelines?', 'Is it lawful?', 'Is it fair to other customers?']) {
      expect(ideas.getByText(gate)).toBeTruthy();
    }
    expect(ideas.getByText('Authority limits 2026, row 2').closest('details')?.open).toBe(false);
  });

  it('answers while an amount is typed, and saves nothing', async () => {
    const { user, mock } = show();
    await user.click(await screen.findByText(/Look closer or ask first/));
    await user.click(screen.getByRole('button', { name: /Small hamper/ }));
    const ideas = await step('Ideas for something extra');
    await user.click(await ideas.findByText('Try another amount or time'));
    const before = mock.asked.filter((line) => line.startsWith('POST') && !line.endsWith('/preview')).length;
    fireEvent.input(ideas.getByDisplayValue('45.00'), { target: { value: '18.00' } });
    expect(await ideas.findByText('You may do this for up to £20.00.')).toBeTruthy();
    expect(mock.asked.filter((line) => line.startsWith('POST') && !line.endsWith('/preview'))).toHaveLength(before);
    await user.click(ideas.getByRole('button', { name: 'Add as a new idea and check it' }));
    await waitFor(() => expect(mock.sent(/^POST \/cases\/.*\/ideas$/)).toMatchObject({ gesture: 'hamper', amount: '18.00' }));
  });

  it('lets the person say first what they think, when coaching', async () => {
    const { user, mock } = show('?coach=true');
    const ideas = await step('Ideas for something extra');
    await user.click(ideas.getByText(/from the catalogue/));
    await user.selectOptions(await ideas.findByLabelText('Which gesture?'), 'Small hamper');
    await user.click(ideas.getAllByRole('button', { name: 'Add the idea' })[0]!);
    await user.click(await ideas.findByLabelText('I may do it'));
    expect(ideas.queryByText('Needs a yes')).toBeNull();
    await user.click(ideas.getByRole('button', { name: 'May I do this?' }));
    expect(await ideas.findByText('You thought: I may do it. Look at the reasons below.')).toBeTruthy();
    expect(mock.sent(/\/check$/)).toEqual({ own_verdict: 'allowed' });
    expect(mock.asked.some((line) => line.endsWith('/preview'))).toBe(false);
  });

  it('plans the gesture for the calmer time with one tap', async () => {
    const { user, mock } = show();
    const ideas = await step('Ideas for something extra');
    await user.click(ideas.getByText(/from the catalogue/));
    await user.selectOptions(await ideas.findByLabelText('Which gesture?'), 'Walk through it together');
    await user.click(ideas.getAllByRole('button', { name: 'Add the idea' })[0]!);
    await user.click(await ideas.findByRole('button', { name: /^Do it at / }));
    expect(await ideas.findByText(/^Planned for .* It stands on your desk until it is done\.$/)).toBeTruthy();
    const { start_at } = mock.sent(/^POST \/cases\/.*\/ideas$/) as { start_at: string };
    expect(start_at).toBe('2026-03-02T11:00:00.000Z');
    expect(mock.sent(/^POST \/ideas\/.*\/actions$/)).toEqual({ state: 'planned' });
    const actions = await step('What was done');
    expect(await actions.findByText(/^planned for /)).toBeTruthy();
  });

  it('checks a calmer time but plans nothing that somebody must agree to', async () => {
    const { user, mock } = show();
    const ideas = await step('Ideas for something extra');
    await user.click(ideas.getByText(/from the catalogue/));
    await user.selectOptions(await ideas.findByLabelText('Which gesture?'), 'Small hamper');
    await user.click(ideas.getAllByRole('button', { name: 'Add the idea' })[0]!);
    await user.click(await ideas.findByRole('button', { name: /^Do it at / }));
    expect(await ideas.findByText('It is not planned yet: see below what it still needs.')).toBeTruthy();
    expect(mock.sent(/^POST \/ideas\/.*\/actions$/)).toBeUndefined();
  });

  it('that needs a yes takes a spoken one with one tap', async () => {
    const { user, mock } = show();
    await user.click(await screen.findByText(/Look closer or ask first/));
    await user.click(screen.getByRole('button', { name: /Small hamper/ }));
    await user.click(await screen.findByRole('button', { name: 'Lena Ortiz said yes' }));
    await waitFor(() => expect(mock.sent(/^POST .*\/consultations$/)).toMatchObject({ purpose: 'approval', mode: 'spoken', spoken_answer: { state: 'approved' } }));
    expect(await screen.findByRole('button', { name: 'I did it' })).toBeTruthy();
  });
});

describe('the walk', () => {
  it('notes an expectation in the customer’s words, then suggests the match, which the person may change', async () => {
    const { user, mock } = show();
    const expectations = await step('What they expect and need');
    await user.type(expectations.getByLabelText(/In the customer’s words/), 'My card by Friday');
    await user.click(expectations.getByLabelText(/Reliability/));
    await user.click(expectations.getByRole('button', { name: 'Note it' }));
    await waitFor(() => expect(mock.sent(/\/expectations$/)).toMatchObject({ kind: 'expectation', dimension: 'reliability', words: { text: 'My card by Friday', author: 'customer' } }));
    const match = await step('How our offer fits');
    expect(await match.findByText('One key difference: our offer does not say when a card comes.')).toBeTruthy();
    await user.click(match.getByLabelText('Not covered'));
    await user.click(match.getByRole('button', { name: 'This is how it fits' }));
    await waitFor(() => expect(mock.sent(/^POST .*\/match$/)).toMatchObject({ lines: [{ verdict: 'not_covered', key_difference: true }] }));
  });

  it('marks words that were suggested as such', async () => {
    const { user, mock } = show();
    await user.click(await screen.findByRole('button', { name: /Call back with the answer.*Do it/ }));
    await user.click((await screen.findAllByRole('button', { name: /Yes, I told them/ }))[0]!);
    await waitFor(() => expect(mock.sent(/\/awareness$/)).toMatchObject({ channel: 'phone', words: { author: 'suggestion_accepted' } }));
  });

  it('asks for what evidence still lacks, each with its place', async () => {
    const { user } = show();
    await user.click(await screen.findByRole('button', { name: 'Use as evidence' }));
    const missing = await screen.findByRole('link', { name: 'Weigh a second idea' });
    expect(missing.getAttribute('href')).toBe('#step-ideas');
  });
});
