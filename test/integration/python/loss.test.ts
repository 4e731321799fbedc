import { expect, it } from 'vitest';
import { END } from '../../../sidecar/protocol/events.ts';
import { SHUTDOWN_MS } from '../../../sidecar/src/lib/shutdown-budget.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { NEVER, ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const DECLARES = {
  adapters: [{ name: 'Work', addon: 'base', channel: 'work', mode: 'queue', key: null, chooses: false }],
  namespaces: [
    { path: '/chat', addon: 'base', name: 'Chat', events: ['say', 'work'], acl: [], hooks: ['recv_connect'] },
  ],
};

async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {});
  const connect = async () => await sidecar.connect('/chat', database.name, await database.addToken());
  const link = async () => {
    const worker = await ScriptedWorker.link(sidecar.url, database, DECLARES);
    worker.handlers['connect recv_connect'] ??= () => null;
    worker.handlers['event say'] = () => 'said';
    return worker;
  };
  return { database, sidecar, connect, link };
}

it('puts back at once what the handlers of a lost worker held, and counts it as no failure', async () => {
  const { database, connect, link } = await start();
  const worker = await link();
  worker.handlers['event work'] = async ({ id }) => {
    await worker.listen(id, 'base.Work');
    return NEVER;
  };
  const socket = await connect();
  const answer = socket.emitWithAck('work');
  await database.insert('work', { text: 'one' });
  await expect.poll(() => worker.messages.size).toBe(1);
  worker.kill();
  expect(await answer).toMatchObject({ ok: false, code: 'worker_unavailable' });
  await expect
    .poll(() => database.query('SELECT attempts FROM web_socketio_message WHERE lease IS NULL'))
    .toEqual([{ attempts: 0 }]);
  expect(socket.connected).toBe(true);
});

it('opens each socket in the next worker, and runs its recv_connect anew, whether that had ended or not', async () => {
  const { connect, link, sidecar } = await start();
  const worker = await link();
  worker.handlers['connect recv_connect'] = ({ socket }) => (socket === 1 ? null : NEVER);
  const [one, other] = [await connect(), await connect()];
  await expect.poll(() => worker.named('run').length).toBe(2);
  expect(await one.emitWithAck('say')).toBe('said');
  worker.kill();
  await expect.poll(() => sidecar.log).toContain('worker_gone');
  expect(await other.emitWithAck('say')).toMatchObject({ code: 'worker_unavailable', retry: true });
  const next = await link();
  await expect
    .poll(() => next.named('run').map(([, , , kind, name]) => `${kind} ${name}`))
    .toEqual(['connect recv_connect', 'connect recv_connect']);
  expect(next.named('open')).toHaveLength(2);
  expect(await one.emitWithAck('say')).toBe('said');
  expect(await other.emitWithAck('say')).toBe('said');
});

it('lets a page in whose namespace the workers had that ran last, and runs it when one is there', async () => {
  const database = await TestDatabase.create();
  await ScriptedWorker.prove(database, { namespaces: [{ ...DECLARES.namespaces[0], path: '/old' }] }, 7_200);
  await ScriptedWorker.prove(database, { namespaces: [{ no: 'path' }] }, 3_600);
  await ScriptedWorker.prove(database, DECLARES, 3_600);
  const sidecar = await TestSidecar.start(database, {});
  const socket = await sidecar.connect('/chat', database.name, await database.addToken());
  expect(await socket.emitWithAck('say')).toMatchObject({ code: 'worker_unavailable', retry: true });
  expect(await sidecar.refusal('/old', { db: database.name })).toMatchObject({
    ...{ code: 'namespace_unknown', retry: false },
  });
  expect(await sidecar.refusal('/chat', { db: 'elsewhere' })).toMatchObject({ code: 'database_unknown' });
  const worker = await ScriptedWorker.link(sidecar.url, database, DECLARES);
  worker.handlers['event say'] = () => 'said';
  await expect.poll(() => worker.named('run').length).toBe(1);
  expect(await socket.emitWithAck('say')).toBe('said');
});

it('shares the sockets out, and leaves each where it is', async () => {
  const { connect, link } = await start();
  const [first, second] = [await link(), await link()];
  const sockets = [await connect(), await connect(), await connect(), await connect()];
  await expect.poll(() => [first.named('open').length, second.named('open').length]).toEqual([2, 2]);
  for (const socket of sockets) for (let turn = 0; turn < 3; turn += 1) await socket.emitWithAck('say');
  expect([first.named('run').length, second.named('run').length]).toEqual([8, 8]);
  first.kill();
  await expect.poll(() => second.named('open').length).toBe(4);
  for (const socket of sockets) expect(await socket.emitWithAck('say')).toBe('said');
});

it('gives a worker that says bye nothing new, and takes its sockets elsewhere when it has gone', async () => {
  const { connect, link, sidecar } = await start();
  const first = await link();
  first.handlers['connect recv_connect'] = () => NEVER;
  const socket = await connect();
  await expect.poll(() => first.named('run').length).toBe(1);
  first.send(['bye']);
  const second = await link();
  const other = await connect();
  expect(await other.emitWithAck('say')).toBe('said');
  expect(second.named('open')).toHaveLength(1);
  first.send(['throw', 1, { name: 'GreenletExit', ended: true }]);
  first.kill();
  await expect.poll(() => second.named('open').length).toBe(2);
  expect(await socket.emitWithAck('say')).toBe('said');
  expect(sidecar.log).toMatch(/The Python worker \S+ has ended/);
  expect(sidecar.log).not.toContain('worker_gone');
});

it('tells its workers when it is being stopped, and takes no new ones', async () => {
  const { database, sidecar, link } = await start();
  const worker = await link();
  const late = await ScriptedWorker.dial(sidecar.url);
  await expect.poll(() => late.answer).toContain('101');
  const proof = await ScriptedWorker.prove(database);
  const stopped = sidecar.sidecar.stop();
  await expect.poll(() => worker.named('drain')).toEqual([['drain']]);
  late.send(['hello', { version: 1, release: '1', db: database.name, worker: 'w', proof, declares: {} }]);
  await expect.poll(() => late.closed).toBe(true);
  expect(late.named('welcome')).toEqual([]);
  await stopped;
  await expect.poll(() => worker.closed).toBe(true);
});

it('ends the socket that a namespace disconnects', async () => {
  const { connect, link } = await start();
  const worker = await link();
  worker.handlers['event say'] = ({ socket }) => worker.send(['disconnect', socket]);
  const socket = await connect();
  const gone = nextEvent(socket, 'disconnect');
  socket.emit('say');
  expect((await gone)[0]).toBe('io server disconnect');
});

it('runs disconnect handlers to their end when it is stopped, and does not wait for its links then', async () => {
  const { sidecar, database } = await start();
  const hooks = ['recv_disconnect'];
  const [chat] = DECLARES.namespaces;
  const worker = await ScriptedWorker.link(sidecar.url, database, { namespaces: [{ ...chat, hooks }] });
  // Longer than HTTP connections may take to close.
  const slowly = new Promise((resolve) => setTimeout(resolve, SHUTDOWN_MS.http + 500));
  worker.handlers['disconnect recv_disconnect'] = async ({ id }) => {
    await slowly;
    await worker.ask('notify', id, 'news', { left: true });
  };
  const socket = await sidecar.connect('/chat', database.name, await database.addToken());
  const gone = nextEvent(socket, 'disconnect');
  const begun = performance.now();
  await sidecar.sidecar.stop();
  await gone;
  expect(await database.query('SELECT "values" FROM web_socketio_message')).toEqual([
    { values: { left: true } },
  ]);
  expect(worker.named('close')).toEqual([['close', 1]]);
  expect(performance.now() - begun).toBeLessThan(SHUTDOWN_MS.disconnect);
});

it('asks the first link of a worker that links a second time whether it is alive, and keeps it if it is', async () => {
  const { sidecar, database } = await start();
  const proof = await ScriptedWorker.prove(database, DECLARES);
  const again = async () =>
    await ScriptedWorker.open(sidecar.url, database, { ...DECLARES, hello: { proof } });
  const dead = await ScriptedWorker.link(sidecar.url, database, { ...DECLARES, hello: { proof } });
  dead.pause();
  const second = await again();
  await expect.poll(() => second.named('welcome')).toHaveLength(1);
  await expect.poll(() => sidecar.log).toContain('link_silent');
  const third = await again();
  await expect.poll(() => third.named('welcome')).toHaveLength(1);
  expect(second.named('ping').length).toBeGreaterThan(0);
  expect([second.closed, third.closed]).toEqual([false, false]);
});

it('keeps nothing of pages that have gone', async () => {
  const { connect, link, sidecar } = await start();
  const worker = await link();
  for (let turn = 0; turn < 5; turn += 1) (await connect()).disconnect();
  await expect.poll(() => worker.named('close')).toHaveLength(5);
  worker.kill();
  await expect.poll(() => sidecar.log).toContain('worker_gone');
  const next = await link();
  const socket = await connect();
  expect(await socket.emitWithAck('say')).toBe('said');
  expect(next.named('open')).toHaveLength(1);
});

it('lets its user in anew in the next worker, before anything else, and ends the socket if that refuses', async () => {
  const { sidecar, database } = await start();
  const hooks = ['on_session_id'];
  const declares = { namespaces: [{ ...DECLARES.namespaces[0], hooks }] };
  const worker = await ScriptedWorker.link(sidecar.url, database, declares);
  worker.handlers['session on_session_id'] = ({ socket }) => worker.send(['lift', socket]);
  const connect = async () => await sidecar.connect('/chat', database.name, await database.addToken());
  const [one, other] = [await connect(), await connect()];
  const ended = [nextEvent(one, END), nextEvent(other, END)];
  await expect.poll(() => worker.named('run').length).toBe(2);
  worker.kill();
  await expect.poll(() => sidecar.log).toContain('worker_gone');
  const next = await ScriptedWorker.link(sidecar.url, database, declares);
  await expect.poll(() => next.named('run').map(([, , , kind]) => kind)).toEqual(['session', 'session']);
  next.send(['return', 1, null]);
  next.send(['throw', 2, { name: 'SocketIOError', code: 'not_you', message: 'No.', told: true }]);
  expect(await Promise.race(ended)).toEqual([{ code: 'not_you', message: 'No.', retry: false }]);
});

it('moves the sockets that do nothing when their worker says bye, and the others as soon as they have ended', async () => {
  const { connect, link } = await start();
  const first = await link();
  const [idle, busy] = [await connect(), await connect()];
  await expect.poll(() => first.named('run').length).toBe(2);
  first.handlers['event work'] = () => NEVER;
  const working = busy.emitWithAck('work');
  await expect.poll(() => first.named('run').length).toBe(3);
  const second = await link();
  first.send(['bye']);
  await expect.poll(() => second.named('open').length).toBe(1);
  expect(await idle.emitWithAck('say')).toBe('said');
  expect(await busy.emitWithAck('say')).toMatchObject({ code: 'worker_unavailable', retry: true });
  first.send(['return', 3, 'done']);
  expect(await working).toBe('done');
  await expect.poll(() => second.named('open').length).toBe(2);
  expect(await busy.emitWithAck('say')).toBe('said');
  expect(first.named('close').length).toBe(2);
});

it.each(['kill', 'bye'])('has the page come back whose event had spawned something, at a %s', async (how) => {
  const { connect, link } = await start();
  const worker = await link();
  worker.handlers['event work'] = ({ socket }) => worker.send(['start', -socket, 999, 'loop', socket]);
  worker.handlers['connect recv_connect'] = ({ id, socket }) =>
    worker.send(['start', -10 - socket, id, 'of the connection', socket]);
  const [one, other] = [await connect(), await connect()];
  const ended = [nextEvent(one, END), nextEvent(other, END).then(() => 'the other, too')];
  await one.emitWithAck('work');
  expect(worker.named('end')).toEqual([]);
  if (how === 'bye') {
    worker.send(['bye']);
    for (const id of [-1, -11, -12]) worker.send(['throw', id, { name: 'GreenletExit', ended: true }]);
  }
  worker.kill();
  expect(await Promise.race(ended)).toMatchObject([{ code: 'worker_unavailable', retry: true }]);
  const next = await link();
  await expect.poll(() => next.named('run').length).toBe(1);
  expect(other.connected).toBe(true);
});
