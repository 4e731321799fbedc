import { expect, it } from 'vitest';
import type { Arrival, Part } from '../../../sidecar/src/delivery/arrival.ts';
import { MessageLog } from '../../../sidecar/src/delivery/each/log/message-log.ts';
import { pick } from '../../../sidecar/src/delivery/each/log/offer.ts';
import { Sequence } from '../../../sidecar/src/delivery/each/log/sequence.ts';
import { Snapshot } from '../../../sidecar/src/delivery/each/log/snapshot.ts';

function arrival(txid: number, channel = 'news'): Arrival {
  const message = { id: `${txid}`, channel, uid: null, date: '', values: {} };
  return { message, txid: `${txid}`, size: 1 };
}

/** A whole read of all channels. */
function whole(snapshot: string): Part {
  return { channel: null, snapshot, last: true, heard: [] };
}

/** What of a channel a page missed whose last snapshot is that. */
function missed(log: MessageLog, text: string): string[] | null {
  const snapshot = Snapshot.parse(text);
  if (snapshot === null) throw new Error(`${text} is no snapshot.`);
  return log.since('news', snapshot)?.map(({ txid }) => txid) ?? null;
}

function open(limits?: { messages: number; characters: number }) {
  const log = new MessageLog(new Sequence(), limits);
  log.restart('10:10:');
  // Transaction 11 was open while 12 ended, and is read after it.
  log.add(whole('11:13:11'), [arrival(10), arrival(12)]);
  log.add(whole('13:13:'), []);
  log.add(whole('15:15:'), [arrival(11), arrival(13), arrival(14, 'other')]);
  return log;
}

it('knows what a snapshot does not see, also one of another sidecar', () => {
  const log = open();
  expect(missed(log, '10:10:')).toEqual(['10', '12', '11', '13']);
  expect(missed(log, '11:13:11')).toEqual(['11', '13']);
  expect(missed(log, '11:11:')).toEqual(['12', '11', '13']);
  expect(missed(log, '15:15:')).toEqual([]);
  expect(missed(log, '14:14:')).toEqual([]);
});

it('does not know what happened before it began', () => {
  expect(missed(open(), '9:9:')).toBeNull();
  expect(missed(open(), '9:12:9')).toBeNull();
  expect(missed(new MessageLog(new Sequence()), '9:9:')).toBeNull();
});

it('does not know what it had to drop', () => {
  const log = open({ messages: 2, characters: 1_000 });
  expect(missed(log, '10:10:')).toBeNull();
  expect(missed(log, '15:15:')).toEqual([]);
});

it('gives all who are at the same place the same list', () => {
  const log = open();
  expect(log.after('news', 2)?.messages.map(({ id }) => id)).toEqual(['11', '13']);
  expect(log.after('news', 2)).toBe(log.after('news', 2));
  expect(log.after('news', 4)?.messages).toEqual([]);
  expect(log.after('nothing', 0)?.messages).toEqual([]);
});

/** The first part of a flood up to that snapshot, and a part of what is read of one channel by itself. */
function flood(snapshot: string, heard: readonly string[]): Part {
  return { channel: null, snapshot, last: false, heard };
}
function part(channel: string, snapshot: string, last: boolean): Part {
  return { channel, snapshot, last, heard: [] };
}

it('claims of a channel that is behind what was read of it, and of the others what was read of them', () => {
  const log = new MessageLog(new Sequence());
  const claims = () => [log.snapshotOf('news'), log.snapshotOf('other'), log.snapshot];
  log.restart('10:10:');
  log.add(flood('12:12:', ['news', 'other']), [arrival(10)]);
  expect(claims()).toEqual(['10:10:', '10:10:', '10:10:']);
  log.add(part('other', '12:12:', true), [arrival(11, 'other')]);
  expect(claims()).toEqual(['10:10:', '12:12:', '10:10:']);
  log.add(whole('20:20:'), [arrival(15, 'other')]);
  log.add(part('news', '12:12:', false), [arrival(10)]);
  expect(claims()).toEqual(['10:10:', '20:20:', '10:10:']);
  // All that the flood was is here; what came meanwhile is not.
  log.add(part('news', '12:12:', true), [arrival(10)]);
  expect(claims()).toEqual(['12:12:', '20:20:', '12:12:']);
  log.add(part('news', '20:20:', false), [arrival(13)]);
  expect(claims()).toEqual(['12:12:', '20:20:', '12:12:']);
  log.add(part('news', '20:20:', true), [arrival(14)]);
  expect(claims()).toEqual(['20:20:', '20:20:', '20:20:']);
  log.add(whole('21:21:'), [arrival(20)]);
  expect(claims()).toEqual(['21:21:', '21:21:', '21:21:']);
  expect(missed(log, '12:12:')).toEqual(['13', '14', '20']);
  expect(missed(log, '10:10:')).toEqual(['10', '10', '10', '13', '14', '20']);
});

it('gives a replay the place before what of a channel is being read', () => {
  const log = new MessageLog(new Sequence());
  log.restart('10:10:');
  log.add(whole('11:11:'), [arrival(10)]);
  const before = log.standing('news');
  expect(before).toMatchObject({ snapshot: '11:11:', head: log.head });
  log.add(flood('13:13:', ['news']), [arrival(11)]);
  log.add(part('news', '13:13:', false), [arrival(11)]);
  const standing = log.standing('news');
  expect(standing).toMatchObject({ snapshot: '11:11:', head: before.head });
  expect(standing.number).toBeLessThan(log.partial('news')?.number ?? 0);
  expect(log.after('news', standing.head)?.messages).toHaveLength(2);
  log.add(part('news', '13:13:', true), [arrival(12)]);
  expect(log.standing('news')).toMatchObject({ snapshot: '13:13:', head: log.head });
});

it('does not know of a channel that nobody heard what of a flood was not read', () => {
  const log = new MessageLog(new Sequence());
  log.restart('10:10:');
  log.add(whole('11:11:'), [arrival(10), arrival(10, 'other')]);
  const { head } = log;
  log.add(flood('12:12:', ['other']), [arrival(11)]);
  expect(log.after('news', head)).toBeNull();
  expect(log.after('never heard of', head)).toBeNull();
  expect(log.after('other', head)?.messages).toEqual([]);
  expect(missed(log, '11:11:')).toBeNull();
  expect(missed(log, '12:12:')).toEqual([]);
  // From then on it is whole.
  expect(log.after('news', log.head)?.messages).toEqual([]);
  log.add(whole('14:14:'), [arrival(13)]);
  expect(log.after('news', log.head - 1)?.messages.map(({ id }) => id)).toEqual(['13']);
  expect(missed(log, '12:12:')).toEqual(['13']);
});

it('offers as many characters at a time as are asked for, and one message whatever its size', () => {
  const log = new MessageLog(new Sequence());
  log.restart('10:10:');
  const large = (txid: number, size: number) => ({ ...arrival(txid), size });
  log.add(whole('20:20:'), [
    large(11, 600_000),
    large(12, 400_000),
    large(13, 100_000),
    large(14, 5_000_000),
  ]);
  const offered = (seq: number) => log.after('news', seq, 0, 1024 * 1024)?.entries.map(({ txid }) => txid);
  expect(offered(0)).toEqual(['11', '12']);
  expect(offered(2)).toEqual(['13']);
  expect(offered(3)).toEqual(['14']);
});

it('gives those at several places their lists, whoever asks between them', () => {
  const log = open();
  const lists = [0, 1, 2, 3].map((seq) => log.after('news', seq));
  expect(lists.map((list) => list?.messages.length)).toEqual([4, 3, 2, 1]);
  for (const [seq, list] of lists.entries()) expect(log.after('news', seq)).toBe(list);
  log.add(whole('16:16:'), [arrival(15)]);
  expect(log.after('news', 3)?.messages.map(({ id }) => id)).toEqual(['13', '15']);
});

it('picks what was chosen, in the order of the log', () => {
  const offer = open().after('news', 0);
  if (offer === null) throw new Error('Nothing was dropped.');
  const [a, b, c, d] = offer.messages;
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new Error('It has four.');
  const ids = (chosen: (typeof a)[]) => pick(offer, chosen).map(({ message }) => message.id);
  expect(ids([a])).toEqual(['10']);
  expect(ids([b, d])).toEqual(['12', '13']);
  expect(ids([d, a])).toEqual(['10', '13']);
  expect(ids([c, c])).toEqual(['11']);
  expect(ids([a, b, c, d])).toEqual(['10', '12', '11', '13']);
});
