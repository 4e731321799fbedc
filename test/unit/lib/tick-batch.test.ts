import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TickBatch } from '../../../sidecar/src/lib/tick-batch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Answers each key with itself, a millisecond later. */
function open(gatherMs: number) {
  const queries: string[] = [];
  const ask = async (keys: string[]) => {
    queries.push(keys.join());
    await new Promise((resolve) => setTimeout(resolve, 1));
    return new Map(keys.map((key) => [key, key]));
  };
  return { queries, batch: new TickBatch<string>(ask, { gatherMs }) };
}

it('asks with one query what is asked in one turn, and with the next what came meanwhile', async () => {
  const { queries, batch } = open(0);
  const first = [batch.ask('a'), batch.ask('b')];
  await vi.advanceTimersByTimeAsync(0);
  const next = [batch.ask('c'), batch.ask('d')];
  await vi.advanceTimersByTimeAsync(2);
  expect(await Promise.all([...first, ...next])).toEqual(['a', 'b', 'c', 'd']);
  expect(queries).toEqual(['a,b', 'c,d']);
});

it('gathers for a while after a query of several, and lets nobody wait who asks alone', async () => {
  const { queries, batch } = open(5);
  const all = [batch.ask('a')];
  await vi.advanceTimersByTimeAsync(1);
  all.push(batch.ask('b'), batch.ask('c'));
  await vi.advanceTimersByTimeAsync(1);
  all.push(batch.ask('d'));
  await vi.advanceTimersByTimeAsync(4);
  expect(queries).toEqual(['a', 'b,c']);
  all.push(batch.ask('e'));
  await vi.advanceTimersByTimeAsync(3);
  expect(queries).toEqual(['a', 'b,c', 'd,e']);
  await vi.advanceTimersByTimeAsync(10);
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e']);
});
