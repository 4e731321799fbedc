import { expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { openPageOf } from '../../support/browser/browser-page.ts';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { BOTH_MODES } from '../../support/sidecar/both-modes.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** A page that remembers what it was shown, and answers for a queue's message only when it is told to. */
function watch(database: TestDatabase, url: string) {
  const { page } = openPageOf(database, url);
  const socket = new SocketIO('/mine', page);
  const shown = { each: [] as unknown[], queue: [] as unknown[], resync: [] as unknown[] };
  let release = () => {};
  socket.on('each', (messages: { n: number }[]) => void shown.each.push(...messages.map(({ n }) => n)));
  socket.on('queue', (messages: { n: number }[]) => {
    shown.queue.push(...messages.map(({ n }) => n));
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  socket.on('resync', (resync: unknown) => void shown.resync.push(resync));
  return { socket, shown, answer: () => release() };
}

async function open() {
  const server = await RestartablePostgres.create();
  await server.start();
  const database = await TestDatabase.create(server);
  const sidecar = await TestSidecar.start(database, BOTH_MODES);
  const page = watch(database, sidecar.url);
  await expect.poll(() => page.socket.connected).toBe(true);
  await database.insert('each', { n: 1 });
  await database.insert('queue', { n: 1 });
  await expect.poll(() => page.shown).toMatchObject({ each: [1], queue: [1] });
  return { server, database, sidecar, page };
}

/** Saves the data folder; the sidecar, and the page, go on meanwhile. */
async function save(server: RestartablePostgres, sidecar: TestSidecar) {
  const returns = () => sidecar.log.split('Connected to PostgreSQL again').length;
  const before = returns();
  await server.stopFast();
  const putBack = await server.saveData();
  await server.start();
  await expect.poll(returns).toBe(before + 1);
  return putBack;
}

it('tells pages once to load their data again, and offers what was held, when the data folder is put back', async () => {
  const { server, database, sidecar, page } = await open();
  const putBack = await save(server, sidecar);
  page.answer();
  const rows = () => database.query(`SELECT FROM web_socketio_message WHERE channel = 'queue'`);
  await expect.poll(rows).toEqual([]);
  await database.insert('each', { n: 2 });
  await expect.poll(() => page.shown.each).toEqual([1, 2]);
  expect(page.shown.resync).toEqual([]);

  await server.stopFast();
  await putBack();
  await server.start();
  await expect.poll(() => page.shown.resync).toEqual([expect.objectContaining({ reason: 'epoch' })]);
  expect(sidecar.log).toContain('PostgreSQL goes on from an earlier state than the one that was seen');
  await database.insert('each', { n: 3 });
  // In what was put back, the message is held by a sidecar that lives, and does not know of it.
  await expect.poll(() => page.shown).toMatchObject({ each: [1, 2, 3], queue: [1, 1] });
  page.answer();
  await expect.poll(rows).toEqual([]);
  expect(page.shown.resync).toHaveLength(1);
});

it('tells them, too, when the sidecar is started after the data folder was put back', async () => {
  const { server, database, sidecar, page } = await open();
  const putBack = await save(server, sidecar);
  page.answer();
  await database.insert('each', { n: 2 });
  await expect.poll(() => page.shown.each).toEqual([1, 2]);
  const { hostname, port } = new URL(sidecar.url);
  await sidecar.sidecar.stop();

  await server.stopFast();
  await putBack();
  await server.start();
  // What was lost had these numbers; now others have them.
  for (const n of [3, 4, 5, 6, 7, 8]) await database.insert('each', { n });
  const later = await TestSidecar.start(database, BOTH_MODES, { interface: hostname, port: Number(port) });
  await expect.poll(() => page.shown.resync).toEqual([expect.objectContaining({ reason: 'epoch' })]);
  expect(later.log).toContain('PostgreSQL was started again while no sidecar was there');
  await database.insert('each', { n: 9 });
  await expect.poll(() => page.shown).toMatchObject({ each: [1, 2, 9], queue: [1, 1] });
  expect(page.shown.resync).toHaveLength(1);
});

it('tells nobody anything when PostgreSQL is started again and goes on where it was', async () => {
  const { server, database, sidecar, page } = await open();
  await save(server, sidecar);
  await database.insert('each', { n: 2 });
  await expect.poll(() => page.shown.each).toEqual([1, 2]);
  expect(page.shown).toMatchObject({ queue: [1], resync: [] });
});
