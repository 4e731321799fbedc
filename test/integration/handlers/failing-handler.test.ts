import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { openPageOf } from '../../support/browser/browser-page.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makeAddons, type TestSettings, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));
const NONE: readonly number[] = [];

/** Handlers, and `get` of adapters, that throw on a message as often as its values say. */
const MODULE = `
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, OpenERPNameSpace, SocketIO, SocketIOError } from 'web_socketio';
const failures = new Map();
function fail({ n, times = 0, code }) {
  const failed = failures.get(n) ?? 0;
  if (failed >= times) return;
  failures.set(n, failed + 1);
  if (code !== undefined) throw new SocketIOError(code, 'Not now.', { retry: true });
  throw new Error('I cannot stand ' + n);
}
class Each extends AbstractAdapter { static channel = 'each'; static mode = 'each'; }
class Queue extends AbstractAdapter { static channel = 'queue'; }
class Picky extends AbstractAdapter {
  static channel = 'picky';
  static mode = 'each';
  get(messages) { for (const { values } of messages) fail(values); return messages; }
}
class Choosy extends AbstractAdapter {
  static channel = 'choosy';
  get(messages) { for (const { values } of messages) fail(values); return messages; }
}
async function follow(source, send) {
  for await (const messages of source) {
    for (const message of messages) fail(message);
    await send(messages);
  }
}
class Mine extends OpenERPNameSpace {
  recvConnect() {
    this.spawn('queue', 'base', () => follow(this.messages(Queue), (some) => this.secureEmit(Queue, 'queue', some)));
    return follow(this.messages(Each), (some) => this.secureEmit(Each, 'each', some));
  }
}
SocketIO.addNamespace('/mine', Mine);
for (const adapterClass of [Each, Queue, Picky, Choosy]) {
  LongPollingNameSpace.on(adapterClass.channel, { adapterClass, eventtype: 'connect' }, (session) =>
    follow(session.messages(), (some) => session.secureEmit(adapterClass.channel, some)));
}
`;

/** Events that wait for messages. */
const EVENTS = `
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter } from 'web_socketio';
class Work extends AbstractAdapter { static channel = 'work'; }
let failures = 3;
LongPollingNameSpace.on('loop', { adapterClass: Work }, async (session) => {
  for await (const work of session.messages()) {
    failures -= 1;
    if (failures > 0) throw new Error('a bug');
    await session.secureEmit('work', work);
    failures = 2;
  }
});
LongPollingNameSpace.on('loop', {}, (session) => session.emit('other'));
LongPollingNameSpace.on('one', { adapterClass: Work }, async (session) => {
  session.emit('taken', await session.listen());
  throw new Error('a bug');
});
`;

/** As long as it takes: a machine may be busy. */
const eventually = <T>(look: () => T) => expect.poll(look);

/** A page that notes what it hears. */
async function open(path: string, module: string, settings: TestSettings = {}) {
  const database = await TestDatabase.create();
  const addonsPath = [await makeAddons({ base: module }), ADDONS];
  const sidecar = await TestSidecar.start(database, {}, { addonsPath, ...settings });
  const { page } = openPageOf(database, sidecar.url);
  const socket = new SocketIO(path, page);
  const heard = { each: NONE, queue: NONE, picky: NONE, choosy: NONE };
  const resyncs: unknown[] = [];
  for (const event of ['each', 'queue', 'picky', 'choosy'] as const) {
    socket.on(event, (messages: { n: number }[]) => {
      heard[event] = [...heard[event], ...messages.map(({ n }) => n)];
    });
  }
  socket.on('resync', (resync: unknown) => void resyncs.push(resync));
  await eventually(() => socket.connected).toBe(true);
  const metric = async (name: string) => {
    const text = await (await fetch(`${sidecar.url}/metrics`)).text();
    return Number(new RegExp(`^web_socketio_${name}_total{.*} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  };
  const lines = (text: string) => sidecar.lines.filter((line) => line.includes(text));
  return { database, socket, heard, resyncs, metric, lines };
}

describe.each(['/mine', '/longpolling'])('In %s', (path) => {
  it('a handler that throws on a message once is started again, and nothing is lost or told', async () => {
    const { database, heard, resyncs, lines, metric } = await open(path, MODULE);
    for (const channel of ['each', 'queue'] as const) {
      await database.insert(channel, { n: 1 });
      await eventually(() => heard[channel]).toEqual([1]);
    }
    await database.insert('each', { n: 2, times: 1 });
    await database.insert('queue', { n: 3, times: 1 });
    await eventually(() => heard).toMatchObject({ each: [1, 2], queue: [1, 3] });
    expect(resyncs).toEqual([]);
    expect(lines('handler_failed')).toHaveLength(2);
    expect(lines('handler_failed: I cannot stand 2. It listens for messages')).toHaveLength(1);
    await eventually(() => lines('works again; it had failed once')).toHaveLength(2);
    expect(await metric('handler_failed')).toBe(2);
    expect(await metric('handler_restarted')).toBe(2);
    expect(await metric('passed_over')).toBe(0);
  });

  it('an error that says it may pass counts for nothing: no message is given up', async () => {
    const { database, heard, resyncs, lines, metric } = await open(path, MODULE, { maxAttempts: 2 });
    await database.insert('each', { n: 1, times: 3, code: 'odoo_unreachable' });
    await database.insert('queue', { n: 2, times: 3, code: 'odoo_unreachable' });
    await eventually(() => heard).toMatchObject({ each: [1], queue: [2] });
    expect(resyncs).toEqual([]);
    // For the reason, not for each attempt.
    expect(lines('odoo_unreachable: Not now.')).toHaveLength(2);
    expect(await metric('handler_failed')).toBe(6);
    expect(await metric('dead')).toBe(0);
  });
});

it('a message that a handler or a `get` never stands is given up after five attempts, and what follows comes', async () => {
  const { database, heard, resyncs, lines, metric } = await open('/longpolling', MODULE);
  const channels = ['each', 'queue', 'picky', 'choosy'] as const;
  for (const [n, channel] of channels.entries()) await database.insert(channel, { n, times: 1_000 });
  await eventually(() => resyncs).toHaveLength(2);
  expect(resyncs).toEqual(
    expect.arrayContaining(['each', 'picky'].map((channel) => ({ reason: 'attempts', channel }))),
  );
  const dead = `SELECT ("values" ->> 'n')::int AS n FROM web_socketio_message WHERE dead IS NOT NULL ORDER BY id`;
  await eventually(() => database.query(dead)).toEqual([{ n: 1 }, { n: 3 }]);
  for (const [n, channel] of channels.entries()) await database.insert(channel, { n: 10 + n });
  await eventually(() => heard).toEqual({ each: [10], queue: [11], picky: [12], choosy: [13] });
  expect(resyncs).toHaveLength(2);
  expect(lines('handler_failed')).toHaveLength(4);
  expect(await metric('handler_failed')).toBe(20);
  expect(await metric('handler_restarted')).toBe(20);
  expect(await metric('passed_over')).toBe(2);
  expect(await metric('dead')).toBe(2);
});

it('a loop that an event began is started again, answered once, until the page stops it', async () => {
  const { database, socket, metric } = await open('/longpolling', EVENTS);
  const [answers, others, works]: [unknown[], unknown[], unknown[]] = [[], [], []];
  socket.on('other', () => void others.push('other'));
  socket.on('work', (work: unknown) => void works.push(work));
  socket.emit('loop', (answer: unknown) => answers.push(answer));
  await database.insert('work', { n: 1 });
  await eventually(() => works).toEqual([[{ n: 1 }]]);
  expect(answers).toEqual([expect.objectContaining({ ok: false, code: 'handler_failed' })]);
  expect(await metric('handler_restarted')).toBe(2);
  // The other handler of the event did not fail, and is not started again.
  expect(others).toEqual(['other']);
  await database.insert('work', { n: 2 });
  await eventually(() => metric('handler_failed')).toBe(3);
  await new Promise((resolve) => socket.emit('stop event', 'loop', resolve));
  // Who takes it is another one: nothing of the loop is left.
  const answer = new Promise((resolve) => socket.emit('one', resolve));
  expect(await answer).toMatchObject({ ok: false, code: 'handler_failed' });
  expect(works).toHaveLength(1);
});

it('what takes a message to answer an event is not started again: its page knows, and asks', async () => {
  const { database, socket, metric } = await open('/longpolling', EVENTS);
  const taken: unknown[] = [];
  socket.on('taken', (messages: unknown) => void taken.push(messages));
  const answer = new Promise((resolve) => socket.emit('one', resolve));
  await database.insert('work', { n: 1 });
  expect(await answer).toMatchObject({ ok: false, code: 'handler_failed' });
  expect(taken).toEqual([[{ n: 1 }]]);
  expect(await metric('handler_failed')).toBe(1);
});
