import { expect, it } from 'vitest';
import { FewMap } from '../../../sidecar/src/lib/few-map.ts';
import { FewSet } from '../../../sidecar/src/lib/few-set.ts';

/** What is done, in an order that a fixed seed makes: which of four values, and whether it is added or deleted. */
function* steps(): Iterable<{ readonly index: number; readonly adds: boolean }> {
  let random = 7;
  for (let step = 0; step < 2_000; step += 1) {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield { index: (random >> 8) % 4, adds: (random >> 16) % 2 === 0 };
  }
}

it('a set of few has the same values in the same order as a set', () => {
  const values = [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }];
  const few = new FewSet<object>();
  const set = new Set<object>();
  for (const { index, adds } of steps()) {
    const value = values[index] ?? {};
    if (adds) {
      few.add(value);
      set.add(value);
    } else expect(few.delete(value)).toBe(set.delete(value));
    expect([...few]).toEqual([...set]);
    expect(few.size).toBe(set.size);
    const list: object[] = [];
    few.addTo(list);
    expect(list).toEqual([...set]);
  }
  few.clear();
  expect([...few]).toEqual([]);
});

it('a map of few has the same entries in the same order as a map', () => {
  const few = new FewMap<string, number>();
  const map = new Map<string, number>();
  let value = 0;
  for (const { index, adds } of steps()) {
    const key = `key ${index}`;
    if (adds) {
      value += 1;
      few.set(key, value);
      map.set(key, value);
    } else expect(few.delete(key)).toBe(map.delete(key));
    expect([...few.keys()]).toEqual([...map.keys()]);
    expect([...few.values()]).toEqual([...map.values()]);
    expect(few.get(key)).toBe(map.get(key));
    expect(few.has(key)).toBe(map.has(key));
    expect(few.size).toBe(map.size);
  }
  few.clear();
  expect([few.size, [...few.keys()]]).toEqual([0, []]);
});

it('what is deleted while all are gone through does not come any more', () => {
  const values = [{ n: 0 }, { n: 1 }, { n: 2 }];
  const few = new FewSet<object>();
  for (const value of values) few.add(value);
  const seen: object[] = [];
  for (const value of few) {
    seen.push(value);
    for (const other of values) if (other !== value) few.delete(other);
  }
  expect(seen).toEqual([values[0]]);
});
