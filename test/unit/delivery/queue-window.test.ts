import { expect, it } from 'vitest';
import type { Arrival } from '../../../sidecar/src/delivery/arrival.ts';
import { QueueWindow } from '../../../sidecar/src/delivery/queue/queue-window.ts';

const LIMITS = { messages: 10, characters: 1_000 };

function arrival(id: number, size = 1): Arrival {
  const message = { id: `${id}`, channel: 'work', uid: null, date: '', values: {} };
  return { message, txid: `${id}`, size };
}

const page = (ids: readonly number[], next: number | null = null) => ({
  arrivals: ids.map((id) => arrival(id)),
  next: next === null ? null : `${next}`,
});

/** The ids that would be offered to somebody who has seen nothing. */
const ids = (window: QueueWindow) => window.after(0).offer.messages.map(({ id }) => Number(id));

function open(read: readonly number[], next: number | null): QueueWindow {
  const window = new QueueWindow(LIMITS);
  window.begin();
  window.finish(page(read, next));
  return window;
}

it('leaves what arrives behind the frontier to the database, and takes what comes back or late before it', () => {
  const window = open([2, 8, 99], 99);
  expect(window.add(arrival(100))).toBe('beyond');
  expect(window.add(arrival(9))).toBe('here');
  expect(window.add(arrival(8))).toBe('known');
  expect(ids(window)).toEqual([2, 8, 9, 99]);
  expect(window.begin()).toBe('99');
  window.finish(page([100, 101]));
  expect(window.complete).toBe(true);
  expect(ids(window)).toEqual([2, 8, 9, 99, 100, 101]);
});

it('goes back with its frontier when too much comes, and forgets no message before it', () => {
  const window = open([1, 2, 3, 4, 5, 6, 7, 8, 9], null);
  expect(window.add(arrival(20))).toBe('here');
  expect(window.add(arrival(10))).toBe('beyond');
  expect(window.frontier).toBe('9');
  expect(ids(window)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  window.begin();
  window.finish(page([10, 20]));
  expect(window.complete).toBe(false);
  expect(window.add(arrival(0))).toBe('here');
});

it('takes in what is committed while a part is read that does not have it', () => {
  const window = open([1], 1);
  window.begin();
  expect(window.add(arrival(3))).toBe('beyond');
  expect(window.add(arrival(9))).toBe('beyond');
  window.finish(page([2, 4], 4));
  expect(ids(window)).toEqual([1, 2, 3, 4]);
});

it('does not go on behind what it had to leave out while a part was read', () => {
  const window = open([1], 1);
  window.begin();
  for (let id = 30; id > 10; id -= 1) window.add(arrival(id));
  window.finish(page([2, 40]));
  expect(window.complete).toBe(false);
  const here = ids(window);
  expect(here.slice(0, 2)).toEqual([1, 2]);
  const last = here.at(-1) ?? 0;
  expect(here.slice(2)).toEqual(Array.from({ length: last - 10 }, (_, index) => 11 + index));
  expect(window.frontier).toBe(`${last}`);
});

it('holds no more characters than it may, and a single message of any size', () => {
  const window = open([], null);
  window.add(arrival(1, 600));
  window.add(arrival(2, 600));
  expect(ids(window)).toEqual([1]);
  expect(window.frontier).toBe('1');
  expect(window.hasRoom(1)).toBe(false);
  const large = open([], null);
  large.add(arrival(1, 5_000));
  expect(ids(large)).toEqual([1]);
});

it('offers a listener no more than it may have at a time, and a single message of any size', () => {
  const window = new QueueWindow();
  window.begin();
  window.finish(page([]));
  for (const [id, size] of [400_000, 400_000, 3_000_000, 1].entries()) window.add(arrival(id, size));
  const portions: string[][] = [];
  for (let seen = 0; ; ) {
    const { offer, last } = window.after(seen, 1024 * 1024);
    if (offer.messages.length === 0) break;
    portions.push(offer.messages.map(({ id }) => id));
    seen = last;
  }
  expect(portions).toEqual([['0', '1'], ['2'], ['3']]);
});

it('offers what has failed alone, so that only the one for which it fails uses up its attempts', () => {
  const window = new QueueWindow();
  window.begin();
  window.finish(page([]));
  for (const id of [1, 2, 3, 4, 5]) window.add({ ...arrival(id), failed: id === 2 || id === 3 });
  const portions: string[][] = [];
  for (let seen = 0; ; ) {
    const { offer, last } = window.after(seen);
    if (offer.messages.length === 0) break;
    portions.push(offer.messages.map(({ id }) => id));
    seen = last;
  }
  expect(portions).toEqual([['1'], ['2'], ['3'], ['4', '5']]);
});

it('knows what somebody asks for, also after everything was forgotten', () => {
  const window = open([1], null);
  const [candidate] = window.after(0).offer.candidates;
  if (candidate === undefined) throw new Error('nothing is offered');
  window.take(candidate);
  window.clear();
  window.begin();
  window.finish(page([1]));
  expect(ids(window)).toEqual([]);
  expect(window.settle(candidate)).toMatchObject({ message: { id: '1' } });
  expect(window.add(arrival(1))).toBe('here');
});

it('forgets what others have taken, but not what came back meanwhile', () => {
  const window = open([1, 2, 3, 4], null);
  const asked = window.beginSweep();
  window.add(arrival(2));
  window.finishSweep(asked, new Set(['4']));
  expect(ids(window)).toEqual([2, 4]);
});

it('offers what was not taken yet after any number that were', () => {
  const window = open([], null);
  let seen = 0;
  for (let id = 1; id <= 1_000; id += 1) {
    window.add(arrival(id));
    const { offer, last } = window.after(seen);
    seen = last;
    for (const candidate of offer.candidates) window.take(candidate);
    for (const candidate of offer.candidates) window.settle(candidate);
    expect(offer.candidates).toHaveLength(1);
  }
  expect(window.size).toBe(0);
});
