import { expect, it } from 'vitest';
import { CommitClock } from '../../../sidecar/src/postgres/read/commit-clock.ts';
import type { MessageRow } from '../../../sidecar/src/postgres/read/message-row.ts';

/** Rows of those dates. */
const rows = (...dates: string[]): MessageRow[] =>
  dates.map((date) => ({
    ...{ id: '1', txid: '1', channel: 'news', uid: null, values: '{}', taken: false, failed: false, date },
  }));
const CLOCK = '2026-11-29 12:00:00.500000';

it('a message was committed after the start of its transaction, by the clock of the server alone', () => {
  const clock = new CommitClock();
  clock.begin(1_000);
  // 20 ms before the server's own time, whatever the time is here.
  expect(clock.read(5_000, rows('2026-11-29 12:00:00.480250'), CLOCK).after).toBeCloseTo(4_980.25);
});

it('of several the first transaction counts', () => {
  const clock = new CommitClock();
  clock.begin(1_000);
  const dates = ['2026-11-29 12:00:00.490000', '2026-11-29 12:00:00.470000', '2026-11-29 12:00:00.499999'];
  expect(clock.read(5_000, rows(...dates), CLOCK).after).toBeCloseTo(4_970);
});

it('what began long ago was committed after the last read, which did not see it', () => {
  const clock = new CommitClock();
  clock.begin(1_000);
  expect(clock.read(4_000, [], CLOCK).after).toBe(1_000);
  expect(clock.read(5_000, rows('2026-11-28 00:00:00.000000'), CLOCK).after).toBe(4_000);
});

it('a date of the future, or one that is none, says nothing', () => {
  const clock = new CommitClock();
  clock.begin(1_000);
  expect(clock.read(5_000, rows('2099-01-01 00:00:00.000000'), CLOCK).after).toBe(5_000);
  expect(clock.read(6_000, rows('infinity'), CLOCK).after).toBe(5_000);
});

it('a read that says no time goes by what was heard before', () => {
  const clock = new CommitClock();
  clock.begin(1_000);
  clock.read(5_000, [], CLOCK);
  expect(clock.read(5_600, rows('2026-11-29 12:00:01.000000'), undefined).after).toBeCloseTo(5_500);
});
