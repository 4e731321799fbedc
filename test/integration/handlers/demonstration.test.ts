import { fileURLToPath } from 'node:url';
import type { Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));

type Acknowledge = (answer: object) => void;

async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {}, { addonsPath: [ADDONS] });
  const connect = async (uid: number) =>
    sidecar.connect('/longpolling', database.name, await database.addToken({ uid }));
  return { database, connect };
}

/** Joins the chat, and answers as pages do. @returns what the page heard, in order */
async function join(page: Socket, uid: number): Promise<unknown[]> {
  const heard: unknown[] = [];
  for (const event of ['hello', 'here', 'gone']) {
    page.on(`web_socketio_demo.${event}`, (who: number) => heard.push([event, who]));
  }
  page.on('web_socketio_demo.said', (lines: object[], ...rest: unknown[]) => {
    heard.push(...lines);
    (rest.at(-1) as Acknowledge)({ ok: true });
  });
  page.on('web_socketio_demo.hello', (who: number) => {
    if (who !== uid) page.emit('web_socketio_demo.here');
  });
  page.emit('web_socketio_demo.join');
  await expect.poll(() => heard).toContainEqual(['hello', uid]);
  return heard;
}

it('tells who comes to the chat, who was there before, and who has gone', async () => {
  const { connect } = await start();
  const [anna, bruno] = [await connect(2), await connect(3)];
  const annaHeard = await join(anna, 2);
  const brunoHeard = await join(bruno, 3);
  await expect.poll(() => brunoHeard).toContainEqual(['here', 2]);
  expect(annaHeard).toContainEqual(['hello', 3]);
  bruno.disconnect();
  await expect.poll(() => annaHeard).toContainEqual(['gone', 3]);
});

it('tells that a page has gone while it was being told something', async () => {
  const { connect } = await start();
  const [anna, bruno] = [await connect(2), await connect(3)];
  const annaHeard = await join(anna, 2);
  await join(bruno, 3);
  bruno.off('web_socketio_demo.said');
  const told = nextEvent(bruno, 'web_socketio_demo.said');
  anna.emit('web_socketio_demo.say', 'Are you there?');
  await told;
  bruno.disconnect();
  await expect.poll(() => annaHeard).toContainEqual(['gone', 3]);
});

it('shows what is said in the chat to those who joined, with who said it, whatever the page claims', async () => {
  const { connect } = await start();
  const [anna, bruno, stranger] = [await connect(2), await connect(3), await connect(4)];
  const strange: unknown[] = [];
  stranger.on('web_socketio_demo.said', (lines) => strange.push(lines));
  const heards = [await join(anna, 2), await join(bruno, 3)];
  await bruno.emitWithAck('web_socketio_demo.say', 'Good morning');
  await anna.emitWithAck('web_socketio_demo.say', { uid: 3 });
  for (const heard of heards) {
    await expect.poll(() => heard).toContainEqual({ uid: 3, text: 'Good morning' });
    await expect.poll(() => heard).toContainEqual({ uid: 2, text: '[object Object]' });
  }
  expect(strange).toEqual([]);
});

it('gives each task to one page, one at a time, and to the other page when the first puts it back', async () => {
  const { database, connect } = await start();
  const [anna, bruno] = [await connect(2), await connect(3)];
  for (const text of ['one', 'two']) await database.insert('web_socketio_demo.task', { text });
  const first = nextEvent(anna, 'web_socketio_demo.task');
  anna.emit('web_socketio_demo.work');
  const [tasks, putBack] = await first;
  expect(tasks).toEqual([{ text: 'one' }]);
  const second = nextEvent(bruno, 'web_socketio_demo.task');
  bruno.emit('web_socketio_demo.work');
  const [otherTasks, done] = await second;
  expect(otherTasks).toEqual([{ text: 'two' }]);
  const third = nextEvent(bruno, 'web_socketio_demo.task');
  (putBack as Acknowledge)({ ok: false, code: 'handler_failed' });
  anna.emit('stop event', 'web_socketio_demo.work');
  (done as Acknowledge)({ ok: true });
  expect((await third)[0]).toEqual([{ text: 'one' }]);
  expect(await database.query('SELECT "values" FROM web_socketio_message WHERE lease IS NOT NULL')).toEqual([
    { values: { text: 'one' } },
  ]);
});
