import { expect, it } from 'vitest';
import { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import type { Arrival } from '../../../sidecar/src/delivery/arrival.ts';
import { ChannelHub } from '../../../sidecar/src/delivery/each/channel-hub.ts';
import { Cursor } from '../../../sidecar/src/delivery/each/cursor.ts';
import { MessageLog } from '../../../sidecar/src/delivery/each/log/message-log.ts';
import { Sequence } from '../../../sidecar/src/delivery/each/log/sequence.ts';
import type { UnacknowledgedBatch } from '../../../sidecar/src/delivery/listening/unacknowledged-batch.ts';
import { Watch } from '../../../sidecar/src/delivery/listening/watch.ts';
import { StopSignal } from '../../../sidecar/src/lib/stop-signal.ts';
import { lateAdapter, settled } from './late-adapter.ts';

function open(key: string | null = null) {
  const { declared, questions } = lateAdapter('mine', 'each', key);
  const log = new MessageLog(new Sequence());
  log.restart('1:1:');
  const hub = new ChannelHub(log);
  const told: string[] = [];
  let last = 0;
  const publish = (...values: Record<string, unknown>[]) => {
    const arrivals = values.map((one): Arrival => {
      last += 1;
      const message = { id: `${last}`, channel: 'mine', uid: null, date: '', values: one };
      return { message, txid: `${last}`, size: 1 };
    });
    hub.publish({ channel: null, snapshot: `${last + 1}:${last + 1}:`, last: true, heard: [] }, arrivals);
  };
  const cursor = () => new Cursor(declared, log, log.head);
  const listen = (reader: Cursor, args: readonly unknown[] = [], signal = new StopSignal()) => {
    const held: UnacknowledgedBatch[] = [];
    const got = hub.listen(reader, args, {
      ...{ signal, most: 64 * 1024, hold: (batch: UnacknowledgedBatch) => void held.push(batch) },
      behind: () => told.push('behind'),
      passedOver: (count) => told.push(`passed over ${count}`),
      failed: () => told.push('failed'),
    });
    got.catch(() => undefined);
    return { got, held, signal };
  };
  return { hub, declared, questions, publish, cursor, listen, told };
}

it('asks with the very arguments of listen, and gives what the adapter took when it answers', async () => {
  const { questions, publish, cursor, listen } = open();
  const args = [7, 'room'];
  const { got, held } = listen(cursor(), args);
  publish({}, {}, {});
  expect(questions.map(({ ids }) => ids)).toEqual([['1', '2', '3']]);
  expect(questions[0]?.args).toBe(args);
  questions[0]?.take('1', '3');
  expect(await got).toEqual(['1', '3']);
  expect(held.map(({ ids }) => ids)).toEqual([['1', '3']]);
});

it('offers nothing else while it asks, and what arrived meanwhile after that, in order', async () => {
  const { questions, publish, cursor, listen } = open();
  const { got } = listen(cursor());
  publish({});
  publish({});
  publish({});
  expect(questions.length).toBe(1);
  questions[0]?.take();
  await expect.poll(() => questions.length).toBe(2);
  expect(questions[1]?.ids).toEqual(['2', '3']);
  questions[1]?.take('3');
  expect(await got).toEqual(['3']);
});

it('lets a listener that is never answered hold up nobody else', async () => {
  const { questions, publish, cursor, listen } = open();
  const silent = listen(cursor());
  const other = listen(cursor());
  publish({});
  publish({});
  questions[1]?.take('1');
  expect(await other.got).toEqual(['1']);
  silent.signal.stop();
  await expect(silent.got).rejects.toMatchObject({ name: 'AbortError' });
  questions[0]?.take('1');
  await settled();
  expect(silent.held).toEqual([]);
});

it('gives what an ended listener was asked about to whoever reads on with its cursor', async () => {
  const { questions, publish, cursor, listen } = open();
  const reader = cursor();
  const first = listen(reader);
  publish({});
  first.signal.stop();
  const second = listen(reader);
  questions[0]?.take('1');
  await settled();
  expect(questions.length).toBe(2);
  questions[1]?.take('1');
  expect(await second.got).toEqual(['1']);
  expect(first.held).toEqual([]);
});

it('gives two that read with one cursor each message once', async () => {
  const { questions, publish, cursor, listen } = open();
  const reader = cursor();
  const [one, other] = [listen(reader), listen(reader)];
  publish({});
  publish({});
  expect(questions.length).toBe(1);
  questions[0]?.take('1');
  expect(await one.got).toEqual(['1']);
  expect(questions.map(({ ids }) => ids)).toEqual([['1'], ['2']]);
  questions[1]?.take('2');
  expect(await other.got).toEqual(['2']);
});

it('lets the one read on that waited for the cursor of one that ended', async () => {
  const { questions, publish, cursor, listen } = open();
  const reader = cursor();
  const [one, other, ended] = [listen(reader), listen(reader), listen(reader)];
  publish({});
  ended.signal.stop();
  one.signal.stop();
  expect(questions.length).toBe(2);
  questions[1]?.take('1');
  expect(await other.got).toEqual(['1']);
});

it('asks again, older messages first, when something was requeued meanwhile', async () => {
  const { questions, publish, cursor, listen } = open();
  const reader = cursor();
  const before = listen(reader);
  publish({});
  questions[0]?.take('1');
  await before.got;
  const { got } = listen(reader);
  publish({});
  before.held[0]?.requeue(false);
  questions[1]?.take('2');
  await expect.poll(() => questions.length).toBe(3);
  expect(questions[2]?.ids).toEqual(['1', '2']);
  questions[2]?.take('1', '2');
  expect(await got).toEqual(['1', '2']);
});

it('gives nothing of what the page was told to load again meanwhile', async () => {
  const { questions, publish, cursor, listen } = open();
  const reader = cursor();
  const { got } = listen(reader);
  publish({});
  reader.skip();
  questions[0]?.take('1');
  await settled();
  publish({});
  expect(questions[1]?.ids).toEqual(['2']);
  questions[1]?.take('2');
  expect(await got).toEqual(['2']);
});

it('says of a page that its messages are not done while an adapter is asked about them', async () => {
  const { questions, publish, cursor, listen } = open('to');
  const reader = cursor();
  listen(reader, [1]);
  publish({ to: 2 });
  expect(reader.position('epoch')).toMatchObject({ snapshot: '2:2:' });
  publish({ to: 1 });
  publish({ to: 2 });
  expect(reader.position('epoch')).toMatchObject({ snapshot: '2:2:' });
  questions[0]?.take();
  await settled();
  expect(reader.position('epoch')).toMatchObject({ snapshot: '4:4:' });
});

it('asks about what has the key only, and about what is watched', async () => {
  const { hub, questions, publish, cursor, listen } = open('to');
  const watch = new Watch('mine', 'to');
  watch.add(3, {});
  hub.watch(watch, 3);
  const given = [watch];
  const keyed = listen(cursor(), [1]);
  const watching = listen(cursor(), given);
  publish({ to: 2 }, { to: 3 });
  publish({ to: 1 });
  expect(questions.map(({ ids }) => ids)).toEqual([['2'], ['3']]);
  expect(questions[0]?.args).toBe(given);
  questions[0]?.take('2');
  questions[1]?.take('3');
  expect(await watching.got).toEqual(['2']);
  expect(await keyed.got).toEqual(['3']);
});

it('counts an attempt of what an adapter fails on, then asks about it alone, and passes it over', async () => {
  const { questions, publish, cursor, listen, told } = open();
  const reader = cursor();
  publish({}, {});
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const { got } = listen(reader);
    questions.at(-1)?.fail(new Error('no'));
    await expect(got).rejects.toThrow('no');
  }
  expect(questions.map(({ ids }) => ids)).toEqual([['1', '2'], ['1'], ['1'], ['1'], ['1']]);
  expect(told.at(-1)).toBe('passed over 1');
  const { got } = listen(reader);
  questions.at(-1)?.take('2');
  expect(await got).toEqual(['2']);
});

it('counts nothing when the adapter cannot be asked, and offers it again', async () => {
  const { questions, publish, cursor, listen, told } = open();
  const reader = cursor();
  publish({});
  for (let attempt = 0; attempt < 7; attempt += 1) {
    const { got } = listen(reader);
    questions.at(-1)?.fail(new SidecarError('odoo_unreachable', 'away', { retry: true }));
    await expect(got).rejects.toMatchObject({ code: 'odoo_unreachable' });
  }
  expect(told).toEqual([]);
  const { got } = listen(reader);
  questions.at(-1)?.take('1');
  expect(await got).toEqual(['1']);
});

it.each([
  [null, 'null'],
  [[{ id: '1' }], '"1"'],
  ['all', 'all'],
])('refuses the answer %j, as what get returns', async (answer, quoted) => {
  const { questions, publish, cursor, listen } = open();
  const { got } = listen(cursor());
  publish({});
  questions[0]?.answer(answer);
  await expect(got).rejects.toMatchObject({ code: 'adapter_choice' });
  await expect(got).rejects.toThrow(quoted);
});

it('goes on with its cursor when an adapter throws instead of answering', async () => {
  const { declared, questions, publish, cursor, listen } = open();
  const reader = cursor();
  const { ask } = declared.adapter.prototype;
  declared.adapter.prototype.ask = () => {
    throw new Error('no');
  };
  const { got } = listen(reader);
  publish({});
  await expect(got).rejects.toThrow('no');
  declared.adapter.prototype.ask = ask;
  const next = listen(reader);
  questions[0]?.take('1');
  expect(await next.got).toEqual(['1']);
});

it('takes answers in any order', async () => {
  const { questions, publish, cursor, listen } = open();
  const all = Array.from({ length: 50 }, () => listen(cursor()));
  publish({}, {});
  for (const question of questions.toReversed()) question.take('1', '2');
  expect(await Promise.all(all.map(({ got }) => got))).toEqual(all.map(() => ['1', '2']));
});
