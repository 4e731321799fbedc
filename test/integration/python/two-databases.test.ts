import { Manager } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { END } from '../../../sidecar/protocol/events.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { nextEvent, outcome, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const NAMESPACES = [{ path: '/chat', addon: 'base', name: 'Chat', events: ['say'], acl: [], hooks: [] }];

async function start() {
  const [one, other] = [await TestDatabase.create(), await TestDatabase.create()];
  const sidecar = await TestSidecar.start(one, {}, { databases: [one.name, other.name] });
  const link = async (database: TestDatabase) => {
    const worker = await ScriptedWorker.link(sidecar.url, database, { namespaces: NAMESPACES });
    worker.handlers['event say'] = () => database.name;
    return worker;
  };
  return { one, other, sidecar, workers: [await link(one), await link(other)] as const };
}

it('gives each page to a worker of its own database', async () => {
  const { one, other, sidecar, workers } = await start();
  for (const { name, addToken } of [one, other].map((db) => ({
    name: db.name,
    addToken: () => db.addToken(),
  }))) {
    const socket = await sidecar.connect('/chat', name, await addToken());
    expect(await socket.emitWithAck('say')).toBe(name);
  }
  expect(workers.map((worker) => worker.named('run').length)).toEqual([1, 1]);
});

it('lets no page into another database by a second namespace of its connection', async () => {
  const { one, other, sidecar, workers } = await start();
  const manager = new Manager(sidecar.url, { transports: ['websocket'], reconnection: false });
  onTestFinished(() => manager._close());
  const auth = { db: one.name, token: await one.addToken({ uid: 3 }) };
  expect(await outcome(manager.socket('/chat', { auth }))).toBe(null);
  await ScriptedWorker.link(sidecar.url, other, { namespaces: [{ ...NAMESPACES[0], path: '/second' }] });
  const second = manager.socket('/second', { auth: { db: other.name } });
  const ended = nextEvent(second, END);
  const refusal = await outcome(second);
  if (refusal === null) expect(await ended).toMatchObject([{ code: 'session_mismatch' }]);
  else expect(refusal.code).toBe('session_mismatch');
  second.emit('say');
  expect(workers[1].named('run')).toEqual([]);
  expect(workers[1].named('open')).toEqual([]);
});

it('lets none in that asks for both at once', async () => {
  const { one, other, sidecar, workers } = await start();
  await ScriptedWorker.link(sidecar.url, other, { namespaces: [{ ...NAMESPACES[0], path: '/second' }] });
  for (let turn = 0; turn < 10; turn += 1) {
    const manager = new Manager(sidecar.url, { transports: ['websocket'], reconnection: false });
    onTestFinished(() => manager._close());
    const auth = { db: one.name, token: await one.addToken({ uid: 3 }) };
    const second = manager.socket('/second', { auth: { db: other.name } });
    const codes: unknown[] = [];
    second.on(END, ({ code }) => codes.push(code));
    const outcomes = [outcome(second), outcome(manager.socket('/chat', { auth }))];
    const [refusal] = await Promise.all(outcomes);
    second.emit('session id', {});
    if (refusal === null) await expect.poll(() => codes.length).toBe(1);
  }
  expect(workers[1].named('open')).toEqual([]);
});
