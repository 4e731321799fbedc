import { expect, it } from 'vitest';
import { AbstractAdapter } from '../../../sidecar/src/api/adapter.ts';
import { AdapterRegistry } from '../../../sidecar/src/api/adapter-registry.ts';
import type { Arrival, Part } from '../../../sidecar/src/delivery/arrival.ts';
import { type Batch, Cursor } from '../../../sidecar/src/delivery/each/cursor.ts';
import { MessageLog } from '../../../sidecar/src/delivery/each/log/message-log.ts';
import { Sequence } from '../../../sidecar/src/delivery/each/log/sequence.ts';
import { placeReplay } from '../../../sidecar/src/delivery/each/replay.ts';

class News extends AbstractAdapter {
  static override readonly channel = 'news';
  static override readonly mode = 'each';
}

const EPOCH = '1:2:3';

function arrival(id: number): Arrival {
  const message = { id: `${id}`, channel: 'news', uid: null, date: '2013-09-08 12:35:19', values: { id } };
  return { message, txid: `${id}`, size: 1 };
}

/** A log in which the message with an id is that of the transaction with that number, and a cursor at its end. */
function open(log = new MessageLog(new Sequence())) {
  log.restart('1:1:');
  const declared = new AdapterRegistry().declare(News, 'my_addon');
  const read = (...ids: number[]) => {
    const next = Math.max(...ids) + 1;
    const snapshot = `${next}:${next}:`;
    log.add({ channel: null, snapshot, last: true, heard: [] }, ids.map(arrival));
  };
  const cursor = new Cursor(declared, log, log.head);
  const take = (...ids: number[]): Batch => {
    const offer = cursor.offer(1024 * 1024);
    if (offer === null) throw new Error('The cursor is behind.');
    return cursor.take(
      offer,
      offer.messages.filter(({ id }) => ids.includes(Number(id))),
    );
  };
  const position = (batch?: Batch) => cursor.position(EPOCH, batch);
  return { log, declared, cursor, read, take, position };
}

it('stands at the end of what was read when nothing is left', () => {
  const { cursor, read, take, position } = open();
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '1:1:', ids: [] });
  read(1, 2);
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '1:1:', ids: [] });
  const batch = take(1, 2);
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '1:1:', ids: [] });
  expect(position(batch)).toEqual({ epoch: EPOCH, snapshot: '3:3:', ids: [] });
  cursor.acknowledge(batch);
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '3:3:', ids: [] });
});

it('stands before the oldest message that is not confirmed, and lists those confirmed behind it', () => {
  const { cursor, read, take, position } = open();
  read(1);
  const first = take(1);
  read(2);
  cursor.acknowledge(take(2));
  read(3);
  const third = take(3);
  expect(position(third)).toEqual({ epoch: EPOCH, snapshot: '1:1:', ids: ['2', '3'] });
  cursor.acknowledge(third);
  cursor.acknowledge(first);
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '4:4:', ids: [] });
});

it('stands before what was put back, and before what the adapter has not been offered', () => {
  const { cursor, read, take, position } = open();
  read(1);
  cursor.requeue(take(1), true);
  read(2);
  expect(position()).toMatchObject({ snapshot: '1:1:' });
  cursor.acknowledge(take(1));
  expect(position()).toMatchObject({ snapshot: '2:2:', ids: [] });
});

it('says nothing when more was confirmed behind an open message than a position lists', () => {
  const { cursor, read, take, position } = open();
  read(1);
  take(1);
  const ids = Array.from({ length: 1_001 }, (_, index) => index + 2);
  read(...ids);
  cursor.acknowledge(take(...ids));
  expect(position()).toBeNull();
});

it('claims no end of a read of which only a part is here', () => {
  const { log, cursor, take, position } = open();
  log.add({ channel: null, snapshot: '9:9:', last: false, heard: ['news'] }, [arrival(5)]);
  cursor.acknowledge(take(5));
  const done = { upto: '9:9:', txid: '5', id: '5' };
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '1:1:', ids: [], done });
  log.add({ channel: 'news', snapshot: '9:9:', last: true, heard: [] }, [arrival(6)]);
  cursor.acknowledge(take(6));
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '9:9:', ids: [] });
});

it('goes through what a page missed first, and keeps its old position until that is done', () => {
  const { log, declared, read } = open();
  read(1, 2, 3, 4);
  const old = { epoch: EPOCH, snapshot: '1:1:', ids: ['2'] };
  const cursor = new Cursor(
    declared,
    log,
    log.head,
    placeReplay(
      log.standing('news'),
      old,
      [1, 2, 3, 4].map((id) => ({ ...arrival(id), read: { before: '1:1:', after: '5:5:' } })),
    ),
  );
  read(5);
  const offer = cursor.offer();
  expect(offer?.messages.map(({ id }) => id)).toEqual(['1', '3', '4', '5']);
  expect(cursor.position(EPOCH)).toEqual({ epoch: EPOCH, snapshot: '1:1:', ids: ['2'] });
  const batch = offer === null ? [] : cursor.take(offer, offer.messages.slice(0, 2));
  cursor.acknowledge(batch);
  const done = { upto: '5:5:', txid: '4', id: '3' };
  expect(cursor.position(EPOCH)).toEqual({ epoch: EPOCH, snapshot: '1:1:', ids: [], done });
  const rest = cursor.offer();
  expect(rest?.messages.map(({ id }) => id)).toEqual(['4', '5']);
  if (rest !== null) cursor.acknowledge(cursor.take(rest, rest.messages));
  expect(cursor.position(EPOCH)).toEqual({ epoch: EPOCH, snapshot: '6:6:', ids: [] });
});

it('says nothing while it is behind what is kept', () => {
  const { cursor, read, position } = open(new MessageLog(new Sequence(), { messages: 3, characters: 1_000 }));
  for (let id = 1; id <= 10; id += 1) read(id);
  expect(position()).toBeNull();
  expect(cursor.offer()).toBeNull();
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '11:11:', ids: [] });
});

/** A part of what is read of the channel alone, up to that snapshot. */
function part(snapshot: string, last: boolean): Part {
  return { channel: 'news', snapshot, last, heard: [] };
}

it('claims nothing of what was read of other channels while its own is behind', () => {
  const { log, cursor, read, take, position } = open();
  read(1);
  cursor.acknowledge(take(1));
  log.add({ channel: null, snapshot: '5:5:', last: false, heard: ['news'] }, [arrival(3)]);
  log.add({ channel: null, snapshot: '9:9:', last: true, heard: [] }, []);
  cursor.acknowledge(take(3));
  const done = { upto: '5:5:', txid: '3', id: '3' };
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '2:2:', ids: [], done });
  log.add(part('5:5:', true), [arrival(4)]);
  cursor.acknowledge(take(4));
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '5:5:', ids: [] });
  log.add(part('9:9:', true), []);
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '9:9:', ids: [] });
});

it('is behind once in a flood, and goes on behind its end', () => {
  const { log, cursor, take, position } = open(
    new MessageLog(new Sequence(), { messages: 4, characters: 1_000 }),
  );
  log.add(
    { channel: null, snapshot: '90:90:', last: false, heard: ['news'] },
    [10, 11, 12, 13, 14].map(arrival),
  );
  expect(cursor.offer()).toBeNull();
  // Whoever loads the data now has all of the flood.
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '90:90:', ids: [] });
  log.add(part('90:90:', false), [20, 21, 22, 23].map(arrival));
  expect(cursor.offer()?.messages).toEqual([]);
  log.add({ channel: null, snapshot: '95:95:', last: true, heard: [] }, []);
  log.add(part('90:90:', true), [30, 31].map(arrival));
  expect(cursor.offer()?.messages).toEqual([]);
  expect(cursor.fork('other').offer()?.messages).toEqual([]);
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '90:90:', ids: [] });
  log.add(part('95:95:', true), [arrival(94)]);
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '90:90:', ids: [] });
  cursor.acknowledge(take(94));
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '95:95:', ids: [] });
});

it('says nothing while it cannot list what was confirmed of a flood, and remembers no more than it may list', () => {
  const { log, cursor, take, position } = open();
  log.add({ channel: null, snapshot: '9000:9000:', last: false, heard: ['news'] }, [arrival(5)]);
  const held = take(5);
  const ids = Array.from({ length: 2_000 }, (_, index) => index + 10);
  log.add(part('9000:9000:', false), ids.map(arrival));
  cursor.acknowledge(take(...ids));
  expect(position()).toBeNull();
  cursor.acknowledge(held);
  const done = { upto: '9000:9000:', txid: '2009', id: '2009' };
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '1:1:', ids: [], done });
  log.add(part('9000:9000:', true), []);
  expect(position()).toEqual({ epoch: EPOCH, snapshot: '9000:9000:', ids: [] });
});

it('passes what was put back and is not taken any more, instead of staying before it for ever', () => {
  const { cursor, read, take, position } = open();
  /** As a listener does: what was offered alone comes again with the others. */
  const takeOf = (...ids: number[]) => {
    let batch = take(...ids);
    while (batch.length === 0 && cursor.more) batch = take(...ids);
    return batch;
  };
  read(1, 2);
  cursor.requeue(take(1, 2), true);
  read(3);
  expect(takeOf()).toEqual([]);
  expect(position()).toMatchObject({ epoch: EPOCH, snapshot: '4:4:', ids: [] });
  expect(cursor.offer()?.messages).toEqual([]);
  read(4, 5);
  cursor.requeue(take(4, 5), true);
  read(6);
  cursor.acknowledge(takeOf(5));
  expect(cursor.offer()?.messages.map(({ id }) => id)).toEqual(['6']);
});

it('tells how far a flood was delivered, so that another sidecar goes on behind that and nobody hears it twice', () => {
  const { log, declared, cursor, take } = open();
  const flood = Array.from({ length: 100 }, (_, index) => ({ ...arrival(index + 10), txid: '5' }));
  log.add({ channel: null, snapshot: '90:90:', last: true, heard: [] }, flood);
  cursor.acknowledge(take(10, 11, 12));
  const confirmed = take(13, 14);
  const position = cursor.position(EPOCH, confirmed);
  const done = { upto: '90:90:', txid: '5', id: '14' };
  expect(position).toEqual({ epoch: EPOCH, snapshot: '1:1:', ids: [], done });
  if (position === null) throw new Error('There is no position.');
  const missed = flood.map((one) => ({ ...one, read: { before: '1:1:', after: '90:90:' } }));
  const replay = placeReplay(log.standing('news'), position, missed);
  const other = new Cursor(declared, log, log.head, replay);
  const offer = other.offer();
  expect(offer?.messages[0]?.id).toBe('15');
  expect(offer?.messages).toHaveLength(95);
  // It says no less than the page did before it has done anything.
  expect(other.position(EPOCH)).toEqual(position);
});

it('tells how often a message has failed, so that another sidecar goes on counting', () => {
  const { log, declared, cursor, read, take } = open();
  read(1, 2);
  cursor.requeue(take(1), true);
  cursor.requeue(take(1), true);
  const position = cursor.position(EPOCH);
  expect(position).toMatchObject({ snapshot: '1:1:', failed: { 1: 2 } });
  if (position === null) throw new Error('There is no position.');
  const missed = [1, 2].map((id) => ({ ...arrival(id), read: { before: '1:1:', after: '3:3:' } }));
  const other = new Cursor(declared, log, log.head, placeReplay(log.standing('news'), position, missed));
  const passed: number[] = [];
  for (let attempt = 3; attempt <= 5; attempt += 1) {
    const offer = other.offer();
    expect(offer?.messages.map(({ id }) => id)).toEqual(['1']);
    if (offer !== null) passed.push(other.requeue(other.take(offer, offer.messages), true).length);
  }
  expect(passed).toEqual([0, 0, 1]);
  expect(other.offer()?.messages.map(({ id }) => id)).toEqual(['2']);
});
