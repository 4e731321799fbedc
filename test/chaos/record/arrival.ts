import { expect } from 'vitest';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { readLedger, readQueue } from '../chaos-database.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Journal } from './journal.ts';
import { type Counts, countEach, countQueue, sum } from './tally.ts';

const ARRIVAL_MS = 120_000;
const BACK_MS = 120_000;

/** A program whose handlers write down what they confirmed. */
export interface Keeper {
  journal(): Promise<Journal>;
}

/** Who takes part in a case: those who listen, and those whose handlers serve them: sidecars or Python workers. */
export interface Party {
  readonly database: TestDatabase;
  readonly each?: Fleet;
  readonly queue?: Fleet;
  readonly sidecars?: readonly Keeper[];
  readonly workers?: readonly Keeper[];
}

/**
 * Sends one last message to each channel, and waits until every page has it and all before it: whatever comes twice has
 * come by then. Gives up in silence: `count` says what is missing.
 */
export async function awaitArrival(party: Party): Promise<void> {
  const { database, each, queue } = party;
  if (each !== undefined) await database.insert('chaos_each', { last: true });
  if (queue !== undefined) await database.insert('chaos_queue', { last: true });
  await expect
    .poll(() => hasArrived(party), { timeout: ARRIVAL_MS, interval: 100 })
    .toBe(true)
    .catch(() => undefined);
}

/** Counts what was sent to a party's channels, and what became of it. */
export async function count({ database, each, queue, sidecars = [], workers = [] }: Party): Promise<Counts> {
  const counts: Counts[] = [];
  if (each !== undefined) {
    counts.push(countEach(await readLedger(database, 'each'), await each.records(), 'each'));
  }
  if (queue !== undefined) {
    const journals = await Promise.all([...sidecars, ...workers].map((keeper) => keeper.journal()));
    const confirmed = journals.flatMap((journal) => journal.confirmed);
    const [sent, left] = [await readLedger(database, 'queue'), await readQueue(database)];
    counts.push(countQueue(sent, await queue.records(), left, confirmed));
  }
  return sum(counts);
}

/** Has every page all that was sent, and the queue nothing left? */
export async function hasArrived({ database, each, queue }: Party): Promise<boolean> {
  if (each !== undefined) {
    const { least } = await each.summary();
    if (least.each < (await readLedger(database, 'each')).length) return false;
  }
  return queue === undefined || (await readQueue(database)).length === 0;
}

/** Waits until every page was told to load its data again and is connected. @returns how long, in milliseconds */
export async function awaitResynced(fleet: Fleet, pages: number): Promise<number> {
  const start = performance.now();
  const state = async () => {
    const { resynced, connected } = await fleet.summary();
    return { resynced, connected };
  };
  await expect.poll(state, { timeout: BACK_MS }).toEqual({ resynced: pages, connected: pages });
  return performance.now() - start;
}
