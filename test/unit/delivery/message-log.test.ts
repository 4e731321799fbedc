import { expect, it } from 'vitest';
import { type Arrival, MessageLog, type Part } from '../../../sidecar/src/delivery/message-log.ts';
import { Snapshot } from '../../../sidecar/src/delivery/snapshot.ts';

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
  const log = new MessageLog(limits);
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
  expect(missed(new MessageLog(), '9:9:')).toBeNull();
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
