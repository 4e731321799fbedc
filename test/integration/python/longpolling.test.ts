import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { END } from '../../../sidecar/protocol/events.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { NEVER, ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { makeAddons, nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));
const BESIDE = `
import { LongPollingNameSpace } from 'web_longpolling';
LongPollingNameSpace.on('both', {}, () => 'TypeScript');
`;
const handler = (index: number, event: string, eventtype: string) => ({
  ...{ index, event, addon: 'base', eventtype, name: `handle_${index}` },
});
const CONNECTED = handler(0, 'news', 'connect');
const ASK = handler(1, 'ask', 'on');
const DECLARES = {
  adapters: [
    { name: 'News', addon: 'base', channel: 'news', mode: 'each', key: null, chooses: false },
    { name: 'Work', addon: 'base', channel: 'work', mode: 'queue', key: null, chooses: false },
  ],
  handlers: [CONNECTED, ASK, handler(2, 'good bye', 'disconnect'), handler(3, 'both', 'on')],
};

async function start() {
  const database = await TestDatabase.create();
  const addonsPath = [await makeAddons({ web_socketio_demo: BESIDE }), ADDONS];
  const sidecar = await TestSidecar.start(database, {}, { addonsPath });
  const worker = await ScriptedWorker.link(sidecar.url, database, DECLARES);
  const connect = async (uid = 2) =>
    await sidecar.connect('/longpolling', database.name, await database.addToken({ uid }));
  return { database, sidecar, worker, connect };
}

it('runs handlers in Python beside those of server modules, on one socket', async () => {
  const { database, worker, connect } = await start();
  worker.handlers['handler 1'] = ({ args }) => `${args[0]}?`;
  worker.handlers['handler 2'] = async ({ id }) => void (await worker.ask('notify', id, 'news', { left: 1 }));
  worker.handlers['handler 3'] = ({ socket }) => worker.send(['emit', socket, 'Python', []]);
  const socket = await connect(3);
  expect(await socket.emitWithAck('ask', 'me')).toBe('me?');
  const other = nextEvent(socket, 'Python');
  expect(await socket.emitWithAck('both')).toBe('TypeScript');
  await other;
  expect(worker.named('open')).toEqual([['open', 1, '/longpolling', { uid: 3, context: {} }]]);
  socket.disconnect();
  await expect
    .poll(() => database.query('SELECT uid, "values" FROM web_socketio_message'))
    .toEqual([{ uid: 3, values: { left: 1 } }]);
  await expect.poll(() => worker.frames.at(-1)).toEqual(['close', 1]);
});

it('runs a disconnect handler in Python for a page that ran nothing else there', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [ADDONS] });
  const handlers = [handler(0, 'good bye', 'disconnect')];
  const worker = await ScriptedWorker.link(sidecar.url, database, { handlers });
  worker.handlers['handler 0'] = () => null;
  (await sidecar.connect('/longpolling', database.name, await database.addToken())).disconnect();
  await expect.poll(() => worker.named('close')).toHaveLength(1);
  expect(worker.named('run')).toHaveLength(1);
});

it('ends a handler in Python when the page stops its event', async () => {
  const { worker, connect } = await start();
  worker.handlers['handler 1'] = () => NEVER;
  const socket = await connect();
  const answer = socket.emitWithAck('ask', 'me');
  await expect.poll(() => worker.named('run').length).toBe(2);
  await socket.emitWithAck('stop event', 'ask');
  expect(await answer).toMatchObject({ ok: false, code: 'event_stopped' });
  await expect.poll(() => worker.named('end')).toEqual([['end', 2]]);
});

it('begins connect handlers anew in the next worker, from where they were; events are refused meanwhile', async () => {
  const { database, sidecar, worker, connect } = await start();
  const got: unknown[] = [];
  const listen = (one: ScriptedWorker) => {
    one.handlers['handler 0'] = async ({ id }) => {
      for (;;) {
        const messages = await one.listen(id, 'base.News', [], true);
        got.push(messages.map((message) => Reflect.get(Object(message), 'values')));
      }
    };
    one.handlers['handler 1'] = () => 'answered';
  };
  listen(worker);
  const socket = await connect();
  await expect.poll(() => worker.named('run').length).toBe(1);
  await database.insert('news', { text: 'one' });
  await expect.poll(() => got).toEqual([[{ text: 'one' }]]);
  // Its loop has come back, and so has confirmed it.
  await expect.poll(() => worker.named('run').length).toBe(1);
  await socket.emitWithAck('ask');
  worker.kill();
  await expect.poll(() => sidecar.log).toContain('worker_gone');
  expect(await socket.emitWithAck('ask')).toMatchObject({
    ok: false,
    code: 'worker_unavailable',
    retry: true,
  });
  await database.insert('news', { text: 'two' });
  const next = await ScriptedWorker.link(sidecar.url, database, {});
  next.kill();
  const last = await ScriptedWorker.open(sidecar.url, database, DECLARES);
  listen(last);
  await expect.poll(() => got).toEqual([[{ text: 'one' }], [{ text: 'two' }]]);
  expect(await socket.emitWithAck('ask')).toBe('answered');
  expect(socket.connected).toBe(true);
  expect(sidecar.log).not.toContain("event 'news' of addon 'base'");
});

it('has pages come back that were there before a worker with something new for them', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [ADDONS] });
  const connect = async () => await sidecar.connect('/longpolling', database.name, await database.addToken());
  const socket = await connect();
  expect(await socket.emitWithAck('ask')).toMatchObject({ code: 'no_such_method' });
  const declares = { handlers: [CONNECTED, ASK] };
  const end = nextEvent(socket, END);
  const worker = await ScriptedWorker.link(sidecar.url, database, declares);
  expect(await end).toMatchObject([{ code: 'module_changed', retry: true }]);
  const back = await connect();
  await expect.poll(() => worker.named('run').map(([, , , , name]) => name)).toEqual([0]);
  await ScriptedWorker.link(sidecar.url, database, declares);
  worker.handlers['handler 1'] = () => 'answered';
  expect(await back.emitWithAck('ask')).toBe('answered');
});

it('takes a renamed handler for the same one, and leaves the event to others when it is gone', async () => {
  const { database, sidecar, worker, connect } = await start();
  const socket = await connect();
  await expect.poll(() => worker.named('run')).toHaveLength(1);
  worker.kill();
  await expect.poll(() => sidecar.log).toContain('worker_gone');
  const handlers = [CONNECTED, { ...ASK, index: 7, name: 'renamed' }, handler(8, 'both', 'disconnect')];
  const next = await ScriptedWorker.link(sidecar.url, database, { handlers });
  next.handlers['handler 7'] = () => 'renamed';
  expect(await socket.emitWithAck('ask')).toBe('renamed');
  next.kill();
  await expect.poll(() => sidecar.log.match(/worker_gone/g)).toHaveLength(2);
  const last = await ScriptedWorker.link(sidecar.url, database, { handlers: [CONNECTED] });
  expect(await socket.emitWithAck('ask')).toMatchObject({ code: 'no_such_method' });
  expect(await socket.emitWithAck('both')).toBe('TypeScript');
  expect(last.named('run')).toHaveLength(1);
});

it('runs a handler that its addon has in both languages in TypeScript alone', async () => {
  const database = await TestDatabase.create();
  const addonsPath = [await makeAddons({ base: BESIDE }), ADDONS];
  const sidecar = await TestSidecar.start(database, {}, { addonsPath });
  const worker = await ScriptedWorker.link(sidecar.url, database, DECLARES);
  await expect
    .poll(() => worker.named('rejected'))
    .toEqual([
      [
        'rejected',
        { code: 'handler_taken', message: expect.stringContaining("'base' handles 'both' in TypeScript") },
      ],
    ]);
  worker.handlers['handler 1'] = () => 'Python';
  const socket = await sidecar.connect('/longpolling', database.name, await database.addToken());
  expect(await socket.emitWithAck('both')).toBe('TypeScript');
  expect(await socket.emitWithAck('ask')).toBe('Python');
  expect(worker.named('run').map(([, , , , name]) => name)).toEqual([0, 1]);
});

it('knows the handlers of the workers that ran last, and says that none is there', async () => {
  const database = await TestDatabase.create();
  await ScriptedWorker.prove(database, DECLARES, 3_600);
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [ADDONS] });
  const token = await database.addToken();
  const socket = await sidecar.connect('/longpolling', database.name, token);
  expect(await socket.emitWithAck('ask')).toMatchObject({ code: 'worker_unavailable', retry: true });
  expect(await socket.emitWithAck('other')).toMatchObject({ code: 'no_such_method' });
  const worker = await ScriptedWorker.link(sidecar.url, database, DECLARES);
  await expect.poll(() => worker.named('run').map(([, , , , name]) => name)).toEqual([0]);
  expect(socket.connected).toBe(true);
});

it('says what it lacks where the server module of web_longpolling is not there', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {});
  const worker = await ScriptedWorker.link(sidecar.url, database, DECLARES);
  await expect
    .poll(() => worker.named('rejected'))
    .toEqual([
      ['rejected', { code: 'namespace_unknown', message: expect.stringContaining('web_longpolling') }],
    ]);
  expect(sidecar.log).toContain("Handlers of 'base' in Python need the server module of web_longpolling");
});
