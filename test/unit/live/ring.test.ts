import { expect, it } from 'vitest';
import { Ring } from '../../../addon/web_live/socketio/changes/ring.ts';
import { arrival } from '../../support/live/arrivals.ts';

const known = (ring: Ring, seq: number) => [...(ring.after(seq) ?? [])];

it('A ring says what came since a time, and after a number', () => {
  const ring = new Ring(0);
  const [first, second] = [arrival([1]), arrival([2])];
  ring.add(first, 10);
  ring.add(second, 20);
  expect(ring.seqAt(5)).toBe(0);
  expect(ring.seqAt(10)).toBe(1);
  expect(ring.seqAt(15)).toBe(1);
  expect(ring.seqAt(20)).toBe(2);
  expect(known(ring, 0)).toEqual([first, second]);
  expect(known(ring, 1)).toEqual([second]);
  expect(known(ring, 2)).toEqual([]);
});

it('A change that two listeners hear counts once', () => {
  const ring = new Ring(0);
  const change = arrival([1]);
  expect(ring.add(change, 10)).toBe(true);
  expect(ring.add(change, 11)).toBe(false);
  expect(ring.seq).toBe(1);
});

it('What came before it began is not known, nor what is too old, nor more than it keeps', () => {
  const ring = new Ring(100, { keepMs: 1_000, most: 10 });
  expect(ring.seqAt(99)).toBe(null);
  ring.add(arrival([1]), 200);
  ring.add(arrival([2]), 1_300);
  expect(ring.after(0)).toBe(null);
  expect(ring.seqAt(199)).toBe(null);
  expect(ring.seqAt(1_000)).toBe(1);
  expect(known(ring, 1)).toHaveLength(1);
  for (let count = 0; count < 10; count += 1) ring.add(arrival([3]), 1_400);
  expect(ring.after(1)).toBe(null);
  expect(known(ring, ring.seq - 2)).toHaveLength(2);
});

it('After a time in which nobody listened nothing from before is known', () => {
  const ring = new Ring(0);
  ring.add(arrival([1]), 10);
  const { seq } = ring;
  ring.interrupt(20);
  expect(ring.after(seq)).toBe(null);
  expect(ring.seqAt(15)).toBe(null);
  expect(known(ring, ring.seq)).toEqual([]);
  ring.add(arrival([2]), 30);
  expect(ring.seqAt(25)).toBe(ring.seq - 1);
});
