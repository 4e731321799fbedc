import { expect, it } from 'vitest';
import { Snapshot } from '../../../sidecar/src/delivery/each/log/snapshot.ts';
import { rankOfProgress, rankOfSnapshot } from '../../../sidecar/src/delivery/each/rank.ts';
import { Random } from '../../fuzz/random.ts';

/** The snapshots of a server on which transactions begin and end in any order, one after each step. */
function history(seed: number, steps: number, first: bigint): Snapshot[] {
  const random = new Random(seed);
  const open = new Set<bigint>();
  let next = first;
  // PostgreSQL's xmax is the number after the youngest transaction that has ended.
  let xmax = first;
  return Array.from({ length: steps }, () => {
    const ending = open.size > 0 && random.is(0.5) ? random.of([...open]) : null;
    if (ending === null) {
      open.add(next);
      next += 1n;
    } else {
      open.delete(ending);
      if (ending >= xmax) xmax = ending + 1n;
    }
    const listed = [...open].filter((txid) => txid < xmax);
    const snapshot = Snapshot.parse(`${listed[0] ?? xmax}:${xmax}:${listed.join()}`);
    if (snapshot === null) throw new Error('That is not a snapshot.');
    return snapshot;
  });
}

it.each([1n, 9_990n, 2n ** 53n - 20n])(
  'orders the snapshots of a server as their contents do, from %i',
  (first) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const snapshots = history(seed, 80, first);
      for (const one of snapshots) {
        for (const other of snapshots) {
          const isAtLeast = rankOfSnapshot(one.text) >= rankOfSnapshot(other.text);
          expect(isAtLeast, `${one.text} and ${other.text}`).toBe(one.includes(other));
        }
      }
    }
  },
);

it('gives the same rank to two snapshots only if they see the same', () => {
  const all = history(7, 2_000, 1n);
  const byRank = new Map(all.map((snapshot) => [rankOfSnapshot(snapshot.text), snapshot.text]));
  for (const { text } of all) expect(byRank.get(rankOfSnapshot(text))).toBe(text);
});

it('orders the rows of a read by transaction, then id, however large the numbers are', () => {
  const rows = [
    ['9', '99'],
    ['10', '2'],
    ['10', '10'],
    ['10', '9007199254740993'],
    ['9007199254740992', '1'],
    ['9007199254740993', '0'],
    ['9223372036854775807', '9223372036854775807'],
  ];
  const ranks = rows.map(([txid = '', id = '']) => rankOfProgress({ upto: '1:1:', txid, id }));
  expect(ranks.toSorted()).toEqual(ranks);
  expect(new Set(ranks).size).toBe(rows.length);
});
