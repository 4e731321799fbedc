import { expect, it } from 'vitest';
import { Snapshot } from '../../../sidecar/src/delivery/each/log/snapshot.ts';
import { RecentFloor } from '../../../sidecar/src/postgres/bus/recent-floor.ts';

function read(floor: RecentFloor, xmax: number): void {
  const snapshot = Snapshot.parse(`1:${xmax}:`);
  if (snapshot !== null) floor.note(snapshot);
}

it('knows an old transaction only when it has read for longer than a first visit goes back', () => {
  let now = 1_000_000;
  const floor = new RecentFloor(() => now);
  expect(floor.txid).toBe(0n);
  for (let second = 0; second < 60; second += 1) {
    read(floor, 100 + second);
    now += 1_000;
  }
  expect(floor.txid).toBe(0n);
  now += 10_000;
  expect(floor.txid).toBe(100n);
});

it('goes on with time, and is never younger than 50 seconds', () => {
  let now = 0;
  const floor = new RecentFloor(() => now);
  for (let second = 0; second < 1_000; second += 1) {
    read(floor, 100 + second);
    now += 1_000;
  }
  const ageSeconds = 1_000 - (Number(floor.txid) - 100);
  expect(ageSeconds).toBeGreaterThan(60);
  expect(ageSeconds).toBeLessThan(75);
});

it('forgets everything when the transactions are those of another server', () => {
  let now = 0;
  const floor = new RecentFloor(() => now);
  read(floor, 100);
  now = 100_000;
  expect(floor.txid).toBe(100n);
  floor.clear();
  expect(floor.txid).toBe(0n);
});
