import { expect, it, vi } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { openPageOf } from '../../support/browser/browser-page.ts';
import { openWakefulPage } from '../../support/browser/wakeful-page.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { BOTH_MODES } from '../../support/sidecar/both-modes.ts';
import { nextEvent, outcome, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

vi.mock('../../../sidecar/src/socketio/sending/answer-time.ts', () => ({ ANSWER_MS: 300 }));

/** As often as an event was not answered in time. */
const LATE = /has not been answered|no_acknowledgement/g;
const MODES = ['each', 'queue'] as const;

async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, BOTH_MODES);
  return { database, sidecar, port: portOf(sidecar) };
}

function portOf(sidecar: TestSidecar): number {
  return Number(new URL(sidecar.url).port);
}

/** A page whose handler works on a message, until it is told to finish or to fail. */
async function startWorking(mode: (typeof MODES)[number]) {
  const parts = await start();
  const page = await openWakefulPage(parts.database, mode, parts.port);
  page.slow = true;
  await parts.database.insert(mode, { text: 'one' });
  await expect.poll(() => page.texts).toEqual(['one']);
  return { ...parts, page };
}

function lateness(sidecar: TestSidecar): number {
  return sidecar.log.match(LATE)?.length ?? 0;
}

/** What waits in a queue, or is a dead letter: its failed attempts. */
function attempts(database: TestDatabase): Promise<object[]> {
  return database.query(
    `SELECT attempts, dead IS NOT NULL AS dead FROM web_socketio_message WHERE channel = 'queue' ORDER BY id`,
  );
}

it.each(MODES)(
  'calls a handler once that takes longer than an answer may, and says so (%s)',
  async (mode) => {
    const { database, sidecar, port } = await start();
    const page = await openWakefulPage(database, mode, port);
    page.slow = true;
    await database.insert(mode, { text: 'one' });
    await expect.poll(() => [page.texts.length, lateness(sidecar)]).toEqual([1, 1]);
    expect(sidecar.log).toContain(`'${mode}' has not been answered for 0.3 s`);
    await database.insert(mode, { text: 'two' });
    page.slow = false;
    page.finish();
    await expect.poll(() => page.texts).toEqual(['one', 'two']);
    await expect.poll(() => attempts(database)).toEqual([]);
  },
);

it.each(MODES)('calls a handler once whose link is cut while it works (%s)', async (mode) => {
  const { database, page } = await startWorking(mode);
  page.proxy.cut();
  await database.insert(mode, { text: 'two' });
  await expect.poll(() => page.copies()).toBe(2);
  page.slow = false;
  page.finish();
  await expect.poll(() => page.texts).toEqual(['one', 'two']);
  await expect.poll(() => attempts(database)).toEqual([]);
  expect(page.resyncs).toEqual([]);
});

it.each(MODES)('offers again what the handler refused that was cut off (%s)', async (mode) => {
  const { database, page } = await startWorking(mode);
  page.proxy.cut();
  await expect.poll(() => page.copies()).toBe(2);
  page.slow = false;
  page.fail();
  await expect.poll(() => page.texts).toEqual(['one', 'one']);
  await database.insert(mode, { text: 'two' });
  await expect.poll(() => page.texts).toEqual(['one', 'one', 'two']);
  await expect.poll(() => attempts(database)).toEqual([]);
});

it.each(MODES)('shows a page once what it was sent while it was stopped for a while (%s)', async (mode) => {
  const { database, sidecar, port } = await start();
  const page = await openWakefulPage(database, mode, port);
  const { accepted } = page.proxy;
  for (const link of page.proxy.links) link.sleep();
  await database.insert(mode, { text: 'asleep' });
  await expect.poll(() => lateness(sidecar)).toBeGreaterThan(0);
  await database.insert(mode, { text: 'later' });
  for (const link of page.proxy.links) link.wake();
  await database.insert(mode, { text: 'awake' });
  await expect.poll(() => page.texts).toContain('awake');
  expect(page.texts).toEqual(['asleep', 'later', 'awake']);
  expect(page.proxy.accepted).toBe(accepted);
});

it.each(MODES)('shows a page once what it was sent before it was given up (%s)', async (mode) => {
  const { database, sidecar, port } = await start();
  const page = await openWakefulPage(database, mode, port);
  for (const link of page.proxy.links) link.sleep();
  page.slow = true;
  await database.insert(mode, { text: 'asleep' });
  await expect.poll(() => lateness(sidecar)).toBeGreaterThan(0);
  for (const link of page.proxy.links) link.giveUp();
  await database.insert(mode, { text: 'later' });
  for (const link of page.proxy.links) link.wake();
  await expect.poll(() => page.copies()).toBe(2);
  page.slow = false;
  page.finish();
  await database.insert(mode, { text: 'awake' });
  await expect.poll(() => page.texts).toContain('awake');
  expect(page.texts).toEqual(['asleep', 'later', 'awake']);
  expect(page.resyncs).toEqual([]);
});

it.each(MODES)('calls a handler for each of several events that are sent at once (%s)', async (mode) => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {
    web_socketio_demo: `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Both extends AbstractAdapter { static channel = '${mode}'; static mode = '${mode}'; }
class Mine extends OpenERPNameSpace {
  async recvConnect() {
    for await (const messages of this.messages(Both)) {
      await Promise.all(messages.map((message) => this.secureEmit(Both, '${mode}', [message])));
    }
  }
}
SocketIO.addNamespace('/mine', Mine);
`,
  });
  const page = await openWakefulPage(database, mode, portOf(sidecar));
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values")
     SELECT '${mode}', json_build_object('text', n::text) FROM generate_series(1, 5) AS n`,
  );
  await expect.poll(() => page.texts).toEqual(['1', '2', '3', '4', '5']);
  await database.insert(mode, { text: 'last' });
  await expect.poll(() => page.texts.at(-1)).toBe('last');
  expect(page.texts).toHaveLength(6);
});

it('calls the handlers of two namespaces that read with the same adapter', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {
    web_socketio_demo: `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Each extends AbstractAdapter { static channel = 'each'; static mode = 'each'; }
class Mine extends OpenERPNameSpace {
  async recvConnect() {
    for await (const messages of this.messages(Each)) await this.secureEmit(Each, 'each', messages);
  }
}
SocketIO.addNamespace('/one', Mine);
SocketIO.addNamespace('/two', class extends Mine {});
`,
  });
  const { page } = openPageOf(database, sidecar.url);
  const texts: string[] = [];
  const sockets = ['/one', '/two'].map((path) => {
    const socket = new SocketIO(path, page);
    socket.on('each', ([{ text }]: [{ text: string }]) => void texts.push(`${path} ${text}`));
    return socket;
  });
  await expect.poll(() => sockets.every(({ connected }) => connected)).toBe(true);
  for (const text of ['a', 'b']) {
    const { length } = texts;
    await database.insert('each', { text });
    await expect.poll(() => texts.slice(length).sort()).toEqual([`/one ${text}`, `/two ${text}`]);
  }
});

it('an answer by an event that nobody waits for any more is no unknown event', async () => {
  const { database, sidecar } = await start();
  const token = await database.addToken({ uid: 2 });
  await sidecar.connect('/mine', database.name, token);
  const socket = sidecar.open('/mine', { db: database.name, token, answers: 'event' });
  const failures: string[] = [];
  socket.on('web_socketio.error', ({ event }: { event: string }) => failures.push(event));
  const heard: unknown[] = [];
  socket.on('each', (messages: unknown, { $parcel: { id } }: { $parcel: { id: number } }) => {
    heard.push(messages);
    for (const one of [id, id, id + 1]) socket.emit('web_socketio.answer', one, { ok: true });
  });
  await outcome(socket);
  await database.insert('each', { text: 'one' });
  await expect.poll(() => [heard, failures]).toEqual([[[{ text: 'one' }]], ['web_socketio.answer']]);
});

it('sets no message of a queue aside because five pages slept that took it', async () => {
  const { database, sidecar, port } = await start();
  await database.insert('queue', { text: 'for somebody' });
  for (const sleeper of [1, 2, 3, 4, 5]) {
    const page = await openWakefulPage(database, 'queue', port, true);
    for (const link of page.proxy.links) link.sleep();
    await expect.poll(() => lateness(sidecar)).toBeGreaterThanOrEqual(sleeper);
    for (const link of page.proxy.links) link.giveUp();
  }
  const awake = await openWakefulPage(database, 'queue', port);
  await expect.poll(() => awake.texts).toEqual(['for somebody']);
  await expect.poll(() => attempts(database)).toEqual([]);
});

it('does not wait for a page that has gone, as in a disconnect handler', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {
    web_socketio_demo: `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Queue extends AbstractAdapter { static channel = 'queue'; }
class Mine extends OpenERPNameSpace {
  recvDisconnect() {
    this.spawn('late', 'web_socketio_demo', async () => {
      await this.listen(Queue);
      await this.notify('log', { confirmed: await this.secureEmit(Queue, 'queue') });
    });
  }
}
SocketIO.addNamespace('/mine', Mine);
`,
  });
  await database.insert('queue', { text: 'for nobody' });
  const socket = await sidecar.connect('/mine', database.name, await database.addToken({ uid: 2 }));
  socket.disconnect();
  const logged = () => database.query(`SELECT "values" FROM web_socketio_message WHERE channel = 'log'`);
  await expect.poll(logged).toEqual([{ values: { confirmed: false } }]);
  await expect.poll(() => attempts(database)).toEqual([{ attempts: 0, dead: false }]);
});

it('takes nothing for a page that has gone, whatever its handlers go on with', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {
    web_socketio_demo: `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Queue extends AbstractAdapter { static channel = 'queue'; }
class Never extends AbstractAdapter { static channel = 'never'; }
class Mine extends OpenERPNameSpace {
  recvConnect() { void this.#follow('not awaited').catch(() => undefined); }
  async on_late() {
    this.emit('waiting');
    await this.listen(Never).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.spawn('late', 'web_socketio_demo', () => this.#follow('started late'));
    await this.notify('late', {});
  }
  async #follow(who) {
    for await (const messages of this.messages(Queue)) await this.notify('taken', { who });
  }
}
SocketIO.addNamespace('/mine', Mine);
SocketIO.addNamespace('/later', class extends OpenERPNameSpace {
  async on_take(count) {
    const texts = [];
    for await (const messages of this.messages(Queue)) {
      texts.push(...messages.map(({ text }) => text));
      if (texts.length >= count) return texts;
    }
  }
});
`,
  });
  const token = await database.addToken({ uid: 2 });
  const socket = await sidecar.connect('/mine', database.name, token);
  const waiting = nextEvent(socket, 'waiting');
  socket.emit('late');
  await waiting;
  socket.disconnect();
  const of = (channel: string) =>
    database.query('SELECT "values" FROM web_socketio_message WHERE channel = $1', [channel]);
  await expect.poll(async () => (await of('late')).length).toBeGreaterThan(0);
  await database.insert('queue', { text: 'for nobody' });
  await database.insert('queue', { text: 'neither' });
  // Whoever still listened would have been there first.
  const later = await sidecar.connect('/later', database.name, token);
  expect(await later.emitWithAck('take', 2)).toEqual(['for nobody', 'neither']);
  expect(await of('taken')).toEqual([]);
});

it.each(MODES)('calls a handler once whose sidecar is stopped while it works (%s)', async (mode) => {
  const { database, sidecar, page } = await startWorking(mode);
  const successor = await TestSidecar.start(database, BOTH_MODES);
  page.proxy.targets = [portOf(successor)];
  await sidecar.sidecar.stop();
  await database.insert(mode, { text: 'two' });
  await expect.poll(() => page.copies()).toBe(2);
  page.slow = false;
  page.finish();
  await expect.poll(() => page.texts).toEqual(['one', 'two']);
  await expect.poll(() => attempts(database)).toEqual([]);
  expect(page.resyncs).toEqual([]);
});
