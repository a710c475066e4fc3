import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { createMock, type Mock } from '../../testing/mock_api';
import { showPage } from '../../testing/render';
import { columnFile, guessColumn, guessDateFormat, guessOutcome } from './column_file';
import { decode, fieldsOf, lookAt, mostlyUnanswered, wordsIn } from './log_file';

const heading = 'date,vru_entry,q_start,q_exit,outcome,ser_start,ser_exit,server';
const rows = ['2026-01-05,9:00:00,9:00:10,9:00:40,AGENT,9:00:40,9:03:00,AMY', '2026-01-05,9:01:00,9:01:10,9:02:40,HANG,0:00:00,0:00:00,'];
const text = [heading, ...rows, ''].join('\r\n');

it('takes a first look at a log: separator, columns, an example and the words of one column', () => {
  const log = lookAt('calls.csv', text, text.length)!;
  expect(log.separator).toBe('comma');
  expect(log.columns[4]).toBe('outcome');
  expect(log.example[0]).toBe('2026-01-05');
  expect(wordsIn(log, 'outcome', 12)).toEqual(['AGENT', 'HANG']);
  expect(lookAt('empty.csv', `${heading}\n`, 60)).toBeNull();
  expect(fieldsOf('"a, ""b""",c', 'comma')).toEqual(['a, "b"', 'c']);
  expect(decode(new Uint8Array([0x5a, 0xfc, 0x72, 0x69]).buffer)).toBe('Züri');
});

it('finds the name that means that nobody served, and no person’s', () => {
  const row = (outcome: string, agent: string) => `${outcome},${agent}`;
  const log = lookAt('calls.csv', ['outcome,agent', row('HANG', 'NO_SERVER'), row('HANG', 'NO_SERVER'), row('AGENT', 'NO_SERVER'), row('AGENT', 'AMY'), row('AGENT', 'AMY'), row('HANG', 'AMY'), row('HANG', '')].join('\n'), 99)!;
  expect(mostlyUnanswered(log, 'agent', 'outcome', (word) => guessOutcome(word) === 'answered')).toEqual(['NO_SERVER']);
});

it('guesses what usual names, days and words mean', () => {
  expect(guessColumn('queue_end', heading.split(','))).toBe('q_exit');
  expect(guessColumn('type', heading.split(','))).toBeUndefined();
  expect([guessDateFormat('261005'), guessDateFormat('05/10/2026'), guessDateFormat('soon')]).toEqual(['YYMMDD', 'DD/MM/YYYY', undefined]);
  expect(['AGENT', 'Hang up', 'Not answered', 'PHANTOM', 'X'].map(guessOutcome)).toEqual(['answered', 'abandoned', 'abandoned', 'phantom', 'other']);
});

it('writes a column file that no name can break out of', () => {
  const file = columnFile({
    name: 'a "b"\n[columns]', separator: 'tab', zone: 'Europe/London', columns: { date: 'day\\' }, dateFormat: 'YYMMDD', zeroMeansNone: true,
    outcomes: { OK: 'answered', NO: 'abandoned', X: 'other' }, nobody: ['—'],
  });
  expect(file).toContain('name = "a \\"b\\"\\n[columns]"');
  expect(file).toContain('date = "day\\\\"');
  expect(file).toContain('century = 2000');
  expect(file).toContain('answered = ["OK"]\nabandoned = ["NO"]\n\n[agents]\nnobody = ["—"]');
  expect(file).not.toContain('"X"');
});

async function tryLog(mock: Mock) {
  const shown = showPage('/setup/call-logs', mock);
  await shown.user.upload(await screen.findByLabelText(/The log/), new File([text], 'calls.csv', { type: 'text/csv' }));
  await screen.findByLabelText(/When the wait ended/);
  await shown.user.type(screen.getByLabelText(/Whose calls are these/), 'Branch desk');
  fireEvent.submit(screen.getByRole('button', { name: 'Try it: nothing is stored yet' }).closest('form')!);
  return shown;
}

it('tries a log first, says what is set aside and why, and then imports it', async () => {
  const { mock, user } = await tryLog(createMock());
  expect(await screen.findByText('8,584 rows read · 8,321 clean calls · 8,321 of them new')).toBeTruthy();
  expect(screen.getByRole('row', { name: /answered, but by nobody 63 88/ })).toBeTruthy();
  expect(mock.sent(/^POST .*call-logs$/)).toMatchObject({ team: 'Branch desk', name: 'calls.csv', log: text, dry_run: true });
  expect((mock.sent(/^POST .*call-logs$/) as { columns: string }).columns).toContain('queue_end = "q_exit"');
  expect(screen.getByRole('link', { name: /Keep these columns/ }).getAttribute('download')).toBe('columns-Branch desk.toml');
  await user.click(screen.getByRole('button', { name: 'Import 8,321 calls' }));
  expect(await screen.findByText('Forecasts rest on these calls from now on.')).toBeTruthy();
  expect(mock.sent(/^POST .*call-logs$/)).not.toHaveProperty('dry_run');
  expect(screen.getByRole('link', { name: 'See what forecasts rest on' }).getAttribute('href')).toBe('/setup/forecasts?team=Branch+desk');
});

it('forgets what was tried once anything is changed', async () => {
  const { user } = await tryLog(createMock());
  await screen.findByRole('heading', { name: 'What an import would do' });
  await user.selectOptions(screen.getByLabelText(/When it arrived/), 'q_start');
  await waitFor(() => expect(screen.queryByRole('heading', { name: 'What an import would do' })).toBeNull());
});
