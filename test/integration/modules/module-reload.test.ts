import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { nextReconnect, openPageOf } from '../../support/browser/browser-page.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makeAddons, nextEvent, outcome, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** Pages come back from a change at once, however long they would wait otherwise. */
const HOUR_MS = 3_600_000;

/** Answers with its version, and marks what it delivers with it. */
const version = (name: string, mode = 'queue') => `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
import { suffix } from '../shared.ts';
class Each extends AbstractAdapter { static channel = 'each'; static mode = 'each'; }
class Queue extends AbstractAdapter { static channel = 'queue'; static mode = '${mode}'; }
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  on_version() { return '${name}' + suffix; }
  recvConnect() {
    for (const adapter of [Each, Queue]) {
      this.spawn(adapter.channel, 'web_socketio_demo', async () => {
        for (;;) {
          const messages = await this.listen(adapter);
          await this.secureEmit(adapter, 'texts', messages.map(({ text }) => text), '${name}');
        }
      });
    }
  }
});
`;

async function start(text = version('first')) {
  const database = await TestDatabase.create();
  const folder = await makeAddons({ web_socketio_demo: text, base: '' });
  await writeFile(join(folder, 'web_socketio_demo/shared.ts'), `export const suffix = '';\n`);
  const settings = { addonsPath: [folder], dev: true };
  const sidecar = await TestSidecar.start(database, {}, settings);
  const write = (text: string, file = 'web_socketio_demo/socketio/index.ts') =>
    writeFile(join(folder, file), text);
  const connect = async () => sidecar.connect('/mine', database.name, await database.addToken());
  return { database, sidecar, folder, write, connect };
}

it('runs a changed server module within a second, and sends its pages away to come back', async () => {
  const { write, connect, sidecar } = await start();
  const page = await connect();
  expect(await page.emitWithAck('version')).toBe('first');
  const end = nextEvent(page, 'web_socketio.end');
  const begun = performance.now();
  await write(version('second'));
  expect(await end).toMatchObject([{ code: 'module_changed', retry: true }]);
  expect(await (await connect()).emitWithAck('version')).toBe('second');
  process.stdout.write(`from the change to its answer: ${(performance.now() - begun).toFixed(0)} ms\n`);
  expect(sidecar.log).toContain('Load server modules again: base, web_socketio_demo');
});

it('sees a change of a file beside socketio/ that a server module imports', async () => {
  const { folder, write, connect } = await start();
  for (const suffix of [' and shared', ' and shared again']) {
    const end = nextEvent(await connect(), 'web_socketio.end');
    // As editors save: the file is another one then.
    await write(`export const suffix = '${suffix}';\n`, 'web_socketio_demo/shared.ts~');
    await rename(join(folder, 'web_socketio_demo/shared.ts~'), join(folder, 'web_socketio_demo/shared.ts'));
    await end;
    expect(await (await connect()).emitWithAck('version')).toBe(`first${suffix}`);
  }
});

it.each([
  ['does not compile', 'const broken = ;', 'module_syntax'],
  ['throws', `throw new Error('no licence');`, 'module_failed'],
])('goes on with the old code while the new one %s, and takes the next that works', async (_, text, code) => {
  const { write, connect, sidecar } = await start();
  const page = await connect();
  const ends: unknown[] = [];
  page.on('web_socketio.end', (reason) => ends.push(reason));
  await write(text);
  await expect.poll(() => sidecar.log).toContain('stay as they were before the change');
  expect(sidecar.log).toContain(`${code}: The server module of 'web_socketio_demo'`);
  expect(await page.emitWithAck('version')).toBe('first');
  expect(await (await connect()).emitWithAck('version')).toBe('first');
  expect(ends).toEqual([]);
  const end = nextEvent(page, 'web_socketio.end');
  await write(version('second'));
  await end;
  expect(await (await connect()).emitWithAck('version')).toBe('second');
});

it('lets other modules change while one is broken that never ran', async () => {
  const { database, folder, write } = await start();
  await write('const broken = ;', 'base/socketio/index.ts');
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [folder], dev: true });
  expect(sidecar.log).toContain("Add namespace: '/mine'");
  await write(version('second'));
  await expect.poll(() => sidecar.log).toContain('Load server modules again: web_socketio_demo');
});

it('sends a page away, too, that proves its session only after the change', async () => {
  const { database, sidecar, write, connect } = await start();
  await connect();
  const page = sidecar.open('/mine', { db: database.name });
  expect(await outcome(page)).toBe(null);
  await write(version('second'));
  await expect.poll(() => sidecar.log).toContain('Load server modules again');
  const end = nextEvent(page, 'web_socketio.end');
  page.emit('session id', { token: await database.addToken() });
  expect(await end).toMatchObject([{ code: 'module_changed' }]);
});

/** A page with the browser's own code, which keeps positions. */
async function openListener({ database, sidecar }: { database: TestDatabase; sidecar: TestSidecar }) {
  const { page } = openPageOf(database, sidecar.url, { retryBounds: { minMs: HOUR_MS, maxMs: HOUR_MS } });
  const socket = new SocketIO('/mine', page);
  const shown: number[] = [];
  const resyncs: unknown[] = [];
  socket.on('resync', (reason: unknown) => resyncs.push(reason));
  socket.on('texts', (texts: number[]) => shown.push(...texts));
  await expect.poll(() => socket.connected).toBe(true);
  return { socket, shown, resyncs };
}

it.each([
  ['each', 'in order'],
  ['queue', 'in any order'],
])('shows each message of mode %s once, %s, while modules change under it', async (channel, order) => {
  const { database, sidecar, write, connect } = await start();
  await connect();
  const { socket, shown, resyncs } = await openListener({ database, sidecar });
  const sent: number[] = [];
  const send = () => database.insert(channel, { text: sent.push(sent.length) - 1 });
  for (const name of ['second', 'third', 'fourth']) {
    let isBack = false;
    void nextReconnect(socket).then(() => {
      isBack = true;
    });
    await write(version(name));
    while (!isBack) await send();
  }
  await send();
  await expect.poll(() => shown.length).toBeGreaterThanOrEqual(sent.length);
  expect(order === 'in order' ? shown : shown.toSorted((one, other) => one - other)).toEqual(sent);
  expect(resyncs).toEqual([]);
  expect(sidecar.log).not.toContain("of addon 'web_socketio_demo'");
});

it('finds what came to a queue while its channel had another mode', async () => {
  const { database, sidecar, write, connect } = await start();
  /** Changes the module under a page. */
  const change = async (page: Socket, text: string) => {
    const end = nextEvent(page, 'web_socketio.end');
    await write(text);
    await end;
  };
  await change(await connect(), version('second', 'each'));
  const page = await connect();
  const copy = nextEvent(page, 'texts');
  await database.insert('queue', { text: 'kept' });
  expect(await copy).toMatchObject([['kept'], 'second', expect.any(Function)]);
  await change(page, version('third'));
  const last = sidecar.open('/mine', { db: database.name, token: await database.addToken() });
  const taken = nextEvent(last, 'texts');
  expect(await outcome(last)).toBe(null);
  expect(await taken).toMatchObject([['kept'], 'third', expect.any(Function)]);
});

it('puts back what a page did not confirm before the change, for whoever listens next', async () => {
  const twice = (name: string) => `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Queue extends AbstractAdapter { static channel = 'queue'; }
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  async take() {
    for (;;) await this.secureEmit(Queue, 'values', await this.listen(Queue), '${name}');
  }
  recvConnect() { return Promise.all([this.take(), this.take()]); }
});
`;
  const { database, write, sidecar, connect } = await start(twice('first'));
  const page = await connect();
  const shown = nextEvent(page, 'values');
  await database.insert('queue', { text: 'unconfirmed' });
  expect(await shown).toMatchObject([[{ text: 'unconfirmed' }], 'first', expect.any(Function)]);
  const end = nextEvent(page, 'web_socketio.end');
  await write(twice('second'));
  await end;
  const free = 'SELECT count(*)::int FROM web_socketio_message WHERE lease IS NULL';
  await expect.poll(() => database.query(free)).toEqual([{ count: 1 }]);
  const next = sidecar.open('/mine', { db: database.name, token: await database.addToken() });
  const shownAgain = nextEvent(next, 'values');
  expect(await outcome(next)).toBe(null);
  expect(await shownAgain).toMatchObject([[{ text: 'unconfirmed' }], 'second', expect.any(Function)]);
});
