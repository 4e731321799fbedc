import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { END } from '../../../sidecar/protocol/events.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { makeAddons, nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));
const CHAT = {
  namespaces: [
    {
      path: '/chat',
      addon: 'base',
      name: 'Chat',
      events: ['say', 'fail'],
      acl: ['say'],
      hooks: [] as string[],
    },
  ],
};

async function start(declares: object = CHAT) {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {});
  const worker = await ScriptedWorker.link(sidecar.url, database, declares);
  const connect = async (uid = 2) =>
    await sidecar.connect('/chat', database.name, await database.addToken({ uid }));
  return { database, sidecar, worker, connect };
}

it('runs an event in the worker, and acknowledges it with what that returns', async () => {
  const { database, sidecar, worker, connect } = await start();
  worker.handlers['event say'] = ({ args }) => `You said ${args[0]}`;
  const socket = await connect(3);
  expect(await socket.emitWithAck('say', 'hello')).toBe('You said hello');
  expect(worker.named('welcome')).toMatchObject([['welcome', { version: 1, answer: 'it is me' }]]);
  const [open] = worker.named('open');
  expect(open).toEqual(['open', 1, '/chat', { uid: 3, context: {} }]);
  expect(sidecar.log).toContain("Add namespace: '/chat'");
  expect(sidecar.log).toMatch(new RegExp(`${database.name} .*A Python worker is connected, release 1.0.0`));
});

it('answers what a handler throws: the code that it gives to a browser, and nothing of a mistake', async () => {
  const { sidecar, worker, connect } = await start();
  worker.handlers['event say'] = () => {
    throw Object.assign(new Error(), {
      code: 'sold_out',
      message: 'Nothing is left.',
      retry: true,
      told: true,
    });
  };
  worker.handlers['event fail'] = () => {
    throw Object.assign(new Error(), { name: 'KeyError', message: "'secret'" });
  };
  const socket = await connect();
  expect(await socket.emitWithAck('say')).toEqual({
    ...{ ok: false, code: 'sold_out', message: 'Nothing is left.', retry: true },
  });
  expect(await socket.emitWithAck('fail')).toEqual({
    ...{ ok: false, code: 'handler_failed' },
    message: "The handler failed: see the Python worker's log.",
  });
  expect(sidecar.log).toMatch(
    /\/chat event 'fail' of addon 'base', user 2: handler_failed: KeyError: 'secret'/,
  );
  expect(sidecar.log).not.toContain('python/worker-error');
  expect(await socket.emitWithAck('other')).toMatchObject({ ok: false, code: 'no_such_method' });
});

it('emits, notifies, broadcasts and lifts restrictions as a handler asks', async () => {
  const { database, worker, connect } = await start();
  worker.handlers['event say'] = async ({ id, socket }) => {
    worker.send(['emit', socket, 'said', ['me']]);
    await worker.ask('broadcast', id, 'all', [1], false);
    await worker.ask('broadcast', id, 'others', [2], true);
    await worker.ask('notify', id, 'news', { text: 'hello' });
    worker.send(['lift', socket]);
    return 'done';
  };
  const [socket, other] = [await connect(), await connect()];
  const got = [nextEvent(socket, 'said'), nextEvent(socket, 'all'), nextEvent(other, 'others')];
  const strange = nextEvent(socket, 'others').then(() => 'it came back');
  expect(await socket.emitWithAck('say')).toBe('done');
  expect(await Promise.all(got)).toEqual([['me'], [1], [2]]);
  expect(await Promise.race([strange, socket.emitWithAck('say')])).toBe('done');
  expect(
    await database.query(`SELECT uid, "values" FROM web_socketio_message WHERE channel = 'news'`),
  ).toEqual([...[{ uid: 2, values: { text: 'hello' } }], { uid: 2, values: { text: 'hello' } }]);
});

it('runs the hooks that a class overrides, in order, and forgets the socket after the last', async () => {
  const hooks = ['on_session_id', 'recv_connect', 'recv_disconnect'];
  const { worker, connect } = await start({ namespaces: [{ ...CHAT.namespaces[0], hooks }] });
  worker.handlers['session on_session_id'] = ({ socket }) => worker.send(['lift', socket]);
  worker.handlers['connect recv_connect'] = () => null;
  worker.handlers['event say'] = () => null;
  worker.handlers['disconnect recv_disconnect'] = () => null;
  const socket = await connect();
  await expect.poll(() => worker.named('run').length).toBe(2);
  await socket.emitWithAck('say');
  socket.disconnect();
  await expect.poll(() => worker.named('close')).toEqual([['close', 1]]);
  expect(worker.named('run').map(([, , , kind, name]) => [kind, name])).toEqual([
    ['session', 'on_session_id'],
    ['connect', 'recv_connect'],
    ['event', 'say'],
    ['disconnect', 'recv_disconnect'],
  ]);
  expect(worker.frames.at(-1)).toEqual(['close', 1]);
});

it('lets on_session_id refuse a user, with its code', async () => {
  const { worker, sidecar, database } = await start({
    namespaces: [{ ...CHAT.namespaces[0], hooks: ['on_session_id'] }],
  });
  worker.handlers['session on_session_id'] = () => {
    throw Object.assign(new Error(), { code: 'not_for_you', message: 'Ask the boss.', told: true });
  };
  const socket = sidecar.open('/chat', { db: database.name, token: await database.addToken() });
  const end = nextEvent(socket, END);
  socket.connect();
  expect(await end).toEqual([{ code: 'not_for_you', message: 'Ask the boss.', retry: false }]);
});

it('takes an event of the list before the session is known, and tells the worker who it is afterwards', async () => {
  const { sidecar, database, worker } = await start();
  worker.handlers['event say'] = () => 'heard';
  const socket = sidecar.open('/chat', { db: database.name });
  socket.connect();
  await expect.poll(() => socket.connected).toBe(true);
  expect(await socket.emitWithAck('say')).toBe('heard');
  socket.emit('session id', { token: await database.addToken({ uid: 3 }) });
  await expect.poll(async () => (await socket.emitWithAck('say')) && worker.named('open').length).toBe(2);
  expect(worker.named('open').map(([, , , session]) => session)).toEqual([
    { uid: null, context: {} },
    { uid: 3, context: {} },
  ]);
});

it('runs nothing where the addon is not installed', async () => {
  const { sidecar, database } = await start({ namespaces: [{ ...CHAT.namespaces[0], addon: 'absent' }] });
  const token = await database.addToken();
  expect(await sidecar.refusal('/chat', { db: database.name, token })).toMatchObject({
    code: 'namespace_not_installed',
  });
});

it('runs what a class does at the end of a socket that did nothing before', async () => {
  const hooks = ['recv_disconnect', 'stop_server'];
  const { sidecar, worker, connect } = await start({ namespaces: [{ ...CHAT.namespaces[0], hooks }] });
  worker.handlers['disconnect recv_disconnect'] = () => null;
  worker.handlers['stop stop_server'] = () => null;
  (await connect()).disconnect();
  await expect.poll(() => worker.named('close')).toHaveLength(1);
  await connect();
  await sidecar.sidecar.stop();
  expect(worker.named('run').map(([, , , kind]) => kind)).toEqual(['disconnect', 'stop', 'disconnect']);
});

it('stays declared when the server modules are loaded anew, and its pages come back', async () => {
  const database = await TestDatabase.create();
  const folder = await makeAddons({ web_socketio_demo: 'export {};' });
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [folder, ADDONS], dev: true });
  const handlers = [{ index: 0, event: 'ask', addon: 'base', eventtype: 'on', name: 'ask' }];
  const worker = await ScriptedWorker.link(sidecar.url, database, { ...CHAT, handlers });
  worker.handlers['event say'] = () => 'said';
  worker.handlers['handler 0'] = () => 'answered';
  const connect = async (path: string) =>
    await sidecar.connect(path, database.name, await database.addToken());
  const end = nextEvent(await connect('/chat'), END);
  await writeFile(join(folder, 'web_socketio_demo/socketio/index.ts'), 'export const changed = 1;');
  expect(await end).toMatchObject([{ code: 'module_changed' }]);
  expect(await (await connect('/chat')).emitWithAck('say')).toBe('said');
  expect(await (await connect('/longpolling')).emitWithAck('ask')).toBe('answered');
  expect(sidecar.log).not.toContain('ERROR');
});

it('knows all adapters of a namespace, and so that nobody reads a channel', async () => {
  const { database, sidecar, connect } = await start();
  await connect();
  await database.insert('my_typo', {});
  await expect.poll(() => sidecar.log).toContain('channel_unheard');
  expect(sidecar.log).not.toContain('addAdapter');
});
