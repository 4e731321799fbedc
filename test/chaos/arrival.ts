import { expect } from 'vitest';
import type { TestDatabase } from '../support/test-database.ts';
import { readLedger, readQueue } from './chaos-database.ts';
import type { Fleet } from './fleet.ts';
import { type Counts, countEach, countQueue } from './tally.ts';
import type { SidecarProcess } from './sidecar-process.ts';

const ARRIVAL_MS = 60_000;

/** What a case counts: those who listen, and the sidecars that serve them. */
export interface Party {
  readonly database: TestDatabase;
  readonly each?: Fleet;
  readonly queue?: Fleet;
  readonly sidecars: readonly SidecarProcess[];
}
