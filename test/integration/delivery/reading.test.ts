import { expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { openPageOf, whileAway } from '../../support/browser/browser-page.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** A handler for each room that the page joins: all with one adapter, each with arguments of its own. */
const module = (key: string) => `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Room extends AbstractAdapter {
  static channel = 'room';
  static mode = 'each';
  ${key}
  get(messages, room) { return messages.filter((message) => message.values.room === room); }
  format({ values }) { return values.text; }
}
SocketIO.addNamespace('/chat', class extends OpenERPNameSpace {
  on_join(room) {
    this.spawn('join', 'web_socketio_demo', async () => {
      for await (const texts of this.messages(Room, room)) await this.secureEmit(Room, room, texts);
    });
  }
  async on_next(room) {
    const texts = await this.listen(Room, room);
    return texts;
  }
  async on_first_of(...rooms) {
    const texts = [];
    for (const room of rooms) texts.push(...(await this.listen(Room, room)));
    return texts;
  }
});
`;

async function start(key: string) {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: module(key) });
  const { page } = openPageOf(database, sidecar.url);
  const socket = new SocketIO('/chat', page);
  await expect.poll(() => socket.connected).toBe(true);
  const ask = (event: string, ...args: unknown[]) =>
    new Promise<unknown>((resolve) => socket.emit(event, ...args, resolve));
  const say = (room: string, text: string) => database.insert('room', { room, text });
  const hear = (room: string) => {
    const texts: string[] = [];
    socket.on(room, (got: string[]) => texts.push(...got));
    return texts;
  };
  return { database, page, socket, ask, say, hear };
}

it.each([
  ['that looks at every message', ''],
  ['with a key', "static key = 'room';"],
])(
  'handlers that listen with an adapter %s and other arguments lose nothing of each other',
  async (_, key) => {
    const { page, socket, ask, say, hear } = await start(key);
    const blue = hear('blue');
    const green: string[] = [];
    let release = (): void => undefined;
    const busy = new Promise<void>((resolve) => {
      socket.on('green', async (texts: string[]) => {
        green.push(...texts);
        if (green.length > 1) return;
        resolve();
        await new Promise<void>((done) => {
          release = done;
        });
      });
    });
    await ask('join', 'blue');
    await ask('join', 'green');
    await say('green', 'one');
    await busy;
    await say('green', 'two');
    await say('blue', 'one');
    await expect.poll(() => blue).toEqual(['one']);
    release();
    await expect.poll(() => green).toEqual(['one', 'two']);
    socket.add_reconnect_method(() => {
      for (const room of ['blue', 'green']) socket.emit('join', room);
    });
    await whileAway(page, socket, async () => {
      for (const text of ['missed', 'too']) for (const room of ['green', 'blue']) await say(room, text);
    });
    await expect
      .poll(() => [blue, green])
      .toEqual([
        ['one', 'missed', 'too'],
        ['one', 'two', 'missed', 'too'],
      ]);
  },
);

it('handlers with the same arguments share what they read, one after the other and at the same time', async () => {
  const { ask, say } = await start('');
  const [first, second] = [ask('next', 'blue'), ask('next', 'blue')];
  await say('blue', 'one');
  expect(await first).toEqual(['one']);
  await say('blue', 'two');
  expect(await second).toEqual(['two']);
  await say('blue', 'between');
  await say('blue', 'two handlers');
  const texts: unknown[] = [];
  // The sidecar may not have read the second one yet.
  while (texts.length < 2) texts.push(...[await ask('next', 'blue')].flat());
  expect(texts).toEqual(['between', 'two handlers']);
});

it('a handler that changes its arguments goes on where it is', async () => {
  const { ask, say } = await start('');
  const texts = ask('first of', 'blue', 'green', 'blue');
  await say('green', 'before');
  await say('blue', 'one');
  await say('green', 'two');
  await say('blue', 'three');
  expect(await texts).toEqual(['one', 'two', 'three']);
});
