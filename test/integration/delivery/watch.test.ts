import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { nextDisconnect, nextReconnect, openPageOf, whileAway } from '../../support/browser/browser-page.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makeAddons, type TestSettings, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));

const MODULE = `
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, SocketIOError } from 'web_socketio';
class Changes extends AbstractAdapter {
  static readonly channel = 'record';
  static readonly mode = 'each';
  static readonly key = 'id';
  format({ values }) { return values.text; }
}
class Orders extends AbstractAdapter {
  static readonly channel = 'order';
  static readonly key = 'id';
}
class Everything extends AbstractAdapter {
  static readonly channel = 'record';
  static readonly mode = 'each';
}
const connect = { adapterClass: Changes, eventtype: 'connect' };
LongPollingNameSpace.on('changes', connect, async (session) => {
  for await (const texts of session.watched()) await session.secureEmit('changed', texts);
});
let busy = 0;
LongPollingNameSpace.on('busy', {}, (session, times) => { busy = times; });
LongPollingNameSpace.on('open', { adapterClass: Changes }, async (session, ...ids) => {
  await session.notify('asked', { ids });
  if (busy > 0) {
    busy -= 1;
    throw new SocketIOError('odoo_unreachable', 'Nobody answers.', { retry: true });
  }
  if (ids.includes(13)) throw new SocketIOError('forbidden', 'Nobody may see 13.');
  session.watch(...ids);
  return 'open';
});
LongPollingNameSpace.on('close', { adapterClass: Changes }, (session, ...ids) => session.unwatch(...ids));
LongPollingNameSpace.on('follow', { adapterClass: Changes }, async (session, id) => {
  session.watch(id);
  for await (const texts of session.messages(-1)) session.emit('never', texts);
});
LongPollingNameSpace.on('many', { adapterClass: Changes }, (session, from, count) => {
  session.watch(...Array.from({ length: count }, (_, index) => from + index));
  return count;
});
LongPollingNameSpace.on('work', {}, () => new Promise(() => undefined));
LongPollingNameSpace.on('queue', { adapterClass: Orders }, (session) => session.watch(1));
LongPollingNameSpace.on('no key', { adapterClass: Everything }, (session) => session.watch(1));
LongPollingNameSpace.on('object', { adapterClass: Changes }, (session) => session.watch({ id: 1 }));
`;

async function startSidecar(database: TestDatabase, settings: TestSettings = {}): Promise<TestSidecar> {
  const addonsPath = [await makeAddons({ web_socketio_demo: MODULE }), ADDONS];
  return await TestSidecar.start(database, {}, { addonsPath, ...settings });
}

async function start(settings: TestSettings = {}) {
  const database = await TestDatabase.create();
  const sidecar = await startSidecar(database, settings);
  const { page } = openPageOf(database, sidecar.url);
  const socket = new SocketIO('/longpolling', page);
  const texts: string[] = [];
  const resyncs: unknown[] = [];
  socket.on('changed', (got: string[]) => texts.push(...got));
  socket.on('resync', (gap: unknown) => resyncs.push(gap));
  await expect.poll(() => socket.connected).toBe(true);
  const ask = (event: string, ...args: unknown[]) =>
    new Promise<unknown>((resolve) => socket.emit(event, ...args, resolve));
  /** Subscribes, and waits for the first answer. */
  const subscribe = (event: string, ...args: unknown[]) =>
    new Promise<() => void>((resolve) => {
      const stop = socket.subscribe(event, ...args, () => resolve(stop));
    });
  const change = (id: number | string, text: string) => database.insert('record', { id, text });
  const away = (meanwhile: () => Promise<unknown>) => whileAway(page, socket, meanwhile);
  return { database, sidecar, page, socket, texts, resyncs, ask, subscribe, change, away };
}

it('A page gets what it watches, from its handler’s word on and until that ends', async () => {
  const { texts, ask, subscribe, change } = await start();
  await subscribe('open', 4);
  await change(5, 'nobody watches yet');
  await change(4, 'four');
  // What was committed before somebody watches it may be read afterwards: here all of it has been.
  await expect.poll(() => texts).toEqual(['four']);
  const stop = await subscribe('open', 5, 'a');
  await subscribe('open', 7);
  await change(5, 'five');
  await change(6, 'six');
  await change('a', 'a');
  await change(7, 'seven');
  await expect.poll(() => texts).toEqual(['four', 'five', 'a', 'seven']);
  stop();
  await ask('open', 8);
  await change(5, 'stopped');
  await change(8, 'eight');
  await expect.poll(() => texts).toEqual(['four', 'five', 'a', 'seven', 'eight']);
  await ask('close', 8);
  await change(8, 'closed');
  await change(7, 'seven again');
  await expect.poll(() => texts).toEqual(['four', 'five', 'a', 'seven', 'eight', 'seven again']);
});

it('What two handlers watch is watched until both have ended, and one that loops ends what it watched', async () => {
  const { texts, ask, subscribe, change, socket } = await start();
  const stopOne = await subscribe('open', 5);
  const stopTwo = await subscribe('open', 5, 6);
  const stopFollowing = socket.subscribe('follow', 9);
  await ask('close');
  stopOne();
  await change(5, 'five');
  await change(9, 'nine');
  await expect.poll(() => texts).toEqual(['five', 'nine']);
  stopTwo();
  stopFollowing();
  await subscribe('open', 7);
  await change(5, 'no');
  await change(9, 'no');
  await change(7, 'seven');
  await expect.poll(() => texts).toEqual(['five', 'nine', 'seven']);
});

it('Nothing of what is watched is missed while the page is away, and nothing else comes', async () => {
  const { texts, resyncs, subscribe, change, away } = await start();
  await subscribe('open', 5);
  await subscribe('open', 7);
  await away(async () => {
    await change(5, 'missed');
    await change(6, 'not watched');
    await change(7, 'missed too');
  });
  await change(5, 'after');
  await expect.poll(() => texts).toEqual(['missed', 'missed too', 'after']);
  expect(resyncs).toEqual([]);
});

it('… nor with another sidecar, and what was closed meanwhile does not come', async () => {
  const { database, sidecar, socket, texts, resyncs, subscribe, change } = await start();
  await subscribe('open', 5);
  const stop = await subscribe('open', 7);
  await change(5, 'before');
  await expect.poll(() => texts).toEqual(['before']);
  const { hostname, port } = new URL(sidecar.url);
  const [gone, back] = [nextDisconnect(socket), nextReconnect(socket)];
  await sidecar.sidecar.stop();
  await gone;
  stop();
  await change(5, 'missed');
  await change(7, 'closed');
  await startSidecar(database, { interface: hostname, port: Number(port) });
  await back;
  await change(5, 'after');
  await expect.poll(() => texts).toEqual(['before', 'missed', 'after']);
  expect(resyncs).toEqual([]);
});

it('What is watched waits while the handler that watches it cannot ask OpenERP', async () => {
  const { database, texts, resyncs, ask, subscribe, change, away } = await start();
  await subscribe('open', 5);
  await ask('busy', 3);
  await away(() => change(5, 'missed'));
  await expect.poll(() => texts).toEqual(['missed']);
  const asked = await database.query(`SELECT 1 FROM web_socketio_message WHERE channel = 'asked'`);
  expect(asked.length).toBe(5);
  expect(resyncs).toEqual([]);
});

it('What is watched does not wait for other events of its page, which may never end', async () => {
  const { texts, subscribe, change, away, socket } = await start();
  await subscribe('open', 5);
  socket.add_reconnect_method(() => socket.emit('work'));
  await away(() => change(5, 'missed'));
  await expect.poll(() => texts).toEqual(['missed']);
});

it('More subscriptions than a page may have handled at a time lose nothing: they are sent again', async () => {
  const { texts, resyncs, change, away, socket } = await start({ limits: { handlers: 2 } });
  const ids = Array.from({ length: 12 }, (_, index) => index);
  const open = new Set<number>();
  for (const id of ids) {
    socket.subscribe('open', id, (answer: unknown) => {
      if (answer === 'open') open.add(id);
    });
  }
  await expect.poll(() => open.size).toBe(ids.length);
  await away(async () => {
    for (const id of ids) await change(id, `missed ${id}`);
  });
  await expect.poll(() => texts).toEqual(ids.map((id) => `missed ${id}`));
  expect(resyncs).toEqual([]);
});

it('A page that may not watch a record any more gets the others, and nothing of that', async () => {
  const { texts, subscribe, change, away, socket } = await start();
  const failures: unknown[] = [];
  socket.on('web_socketio.error', ({ code }: { code: string }) => failures.push(code));
  await subscribe('open', 5);
  socket.subscribe('open', 13);
  await expect.poll(() => failures).toEqual(['forbidden']);
  await away(async () => {
    await change(13, 'secret');
    await change(5, 'missed');
  });
  await expect.poll(() => texts).toEqual(['missed']);
  await expect.poll(() => failures).toEqual(['forbidden', 'forbidden']);
});

it('A socket watches 1,000 keys and no more, and is told what cannot be watched', async () => {
  const { texts, ask, change } = await start();
  expect(await ask('many', 0, 1_000)).toBe(1_000);
  expect(await ask('open', 5_000)).toMatchObject({ ok: false, code: 'watch_full' });
  await ask('close', 1, 2);
  expect(await ask('open', 5_000)).toBe('open');
  await change(2, 'closed');
  await change(5_000, 'room again');
  await expect.poll(() => texts).toEqual(['room again']);
  for (const event of ['queue', 'no key', 'object']) {
    expect(await ask(event)).toMatchObject({ ok: false, code: 'watch_invalid' });
  }
});
