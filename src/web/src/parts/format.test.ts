import { describe, expect, it } from 'vitest';
import { instantOf, makeFormat, wallOf } from './format';

const london = 'Europe/London';

describe('money', () => {
  it('is shown in the organisation’s currency, exactly', () => {
    expect(makeFormat(london, 'GBP').money('12345678901234567.89')).toBe('£12,345,678,901,234,567.89');
    expect(makeFormat(london, 'EUR').money('0.30')).toBe('€0.30');
  });

  it('is called no money when there is none', () => {
    expect(makeFormat(london, 'GBP').cost('0.00', 5)).toBe('no money · 5 minutes');
    expect(makeFormat(london, 'GBP').cost('2.50', 0)).toBe('£2.50 · no extra time');
  });
});

describe('a sentence of the server', () => {
  it('has its amounts written as money, and nothing else changed', () => {
    const format = makeFormat(london, 'GBP');
    expect(format.sentence('Ask a lead: GBP 1400.00 is above GBP 20.00. Room 20.')).toBe('Ask a lead: £1,400.00 is above £20.00. Room 20.');
    expect(format.sentence('USD 5.00 stays, GBP stays.')).toBe('USD 5.00 stays, GBP stays.');
  });
});

describe('times', () => {
  const now = () => new Date('2026-07-01T12:00:00Z');

  it('are those of the organisation’s clock', () => {
    expect(makeFormat(london, 'GBP', now).time('2026-07-01T09:05:00Z')).toBe('10:05');
    expect(makeFormat('Asia/Kolkata', 'INR', now).time('2026-07-01T20:00:00Z')).toBe('Thu 2 Jul, 01:30');
  });

  it('name the year when it is another one', () => {
    expect(makeFormat(london, 'GBP', now).time('2025-12-31T23:30:00Z')).toBe('31 Dec 2025, 23:30');
  });
});

describe('a wall time', () => {
  it('becomes the instant at which the organisation’s clock shows it', () => {
    expect(instantOf('2026-01-15T09:00', london)).toBe('2026-01-15T09:00:00.000Z');
    expect(instantOf('2026-07-15T09:00', london)).toBe('2026-07-15T08:00:00.000Z');
    expect(instantOf('2026-07-15T09:00', 'Asia/Kolkata')).toBe('2026-07-15T03:30:00.000Z');
  });

  it('that occurs twice means the first, and one that is skipped goes on as clocks would have', () => {
    expect(instantOf('2026-10-25T01:30', london)).toBe('2026-10-25T00:30:00.000Z');
    expect(instantOf('2026-03-29T01:30', london)).toBe('2026-03-29T01:30:00.000Z');
  });

  it('comes back as it was', () => {
    for (const wall of ['2026-03-29T00:59', '2026-03-29T02:00', '2026-10-25T02:00', '2026-12-31T23:59']) {
      expect(wallOf(new Date(instantOf(wall, london)), london)).toBe(wall);
    }
  });
});
