import { expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { nextDisconnect, nextReconnect, openPageOf } from '../../support/browser/browser-page.ts';
import { numbersTo } from '../../support/browser/news-pages.ts';
import { SlowLink } from '../../support/network/slow-link.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { startFlood } from '../../support/sidecar/flood-page.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** The last resort of a machine that stands still. */
const TIMEOUT = 240_000;
const LONG = { timeout: 120_000 };

it(
  'goes on within a flood when the link is cut, and shows nothing twice',
  async () => {
    const { sidecar, insert, open } = await startFlood('each, secureEmit');
    const link = await SlowLink.open(sidecar.url, 1_000_000);
    const page = await open(link.url, 'websocket');
    // More than the thousand ids that a position lists.
    await insert(3_000);
    for (const shown of [1_200, 2_000]) {
      await expect.poll(() => page.shown.length, { ...LONG, interval: 5 }).toBeGreaterThanOrEqual(shown);
      const [gone, back] = [nextDisconnect(page.socket), nextReconnect(page.socket)];
      link.cut();
      await gone;
      await back;
    }
    await expect.poll(() => page.shown.length, LONG).toBeGreaterThanOrEqual(3_000);
    expect(page).toMatchObject({ shown: numbersTo(3_000), resyncs: [] });
  },
  TIMEOUT,
);

it(
  'goes on within a flood with a sidecar that was started later, and shows nothing twice',
  async () => {
    const { sidecar, database, insert, open, addonsPath } = await startFlood('each, secureEmit');
    const link = await SlowLink.open(sidecar.url, 1_000_000);
    const page = await open(link.url, 'websocket');
    await insert(3_000);
    await expect.poll(() => page.shown.length, { ...LONG, interval: 5 }).toBeGreaterThanOrEqual(1_200);
    const { port } = new URL(sidecar.url);
    const back = nextReconnect(page.socket);
    await sidecar.sidecar.stop();
    await TestSidecar.start(database, {}, { addonsPath, port: Number(port) });
    await back;
    await expect.poll(() => page.shown.length, LONG).toBeGreaterThanOrEqual(3_000);
    expect(page).toMatchObject({ shown: numbersTo(3_000), resyncs: [] });
  },
  TIMEOUT,
);

const ROOMS = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Room extends AbstractAdapter {
  static channel = 'room';
  static mode = 'each';
  get(messages, room) { return messages.filter(({ values }) => values.room === room); }
}
SocketIO.addNamespace('/rooms', class extends OpenERPNameSpace {
  async on_visit(first, last) {
    for (let room = first; room <= last; room += 1) {
      const run = this.spawn('room', 'base', () => this.listen(Room, room));
      run.abort();
      await run.done;
    }
  }
  async on_stay(room) { for (;;) await this.secureEmit(Room, 'said', await this.listen(Room, room)); }
});
`;

it(
  'comes back after it has listened with 7,200 different arguments, and hears that one was forgotten',
  async () => {
    const database = await TestDatabase.create();
    const sidecar = await TestSidecar.start(database, { base: ROOMS });
    const { page } = openPageOf(database, sidecar.url);
    const socket = new SocketIO('/rooms', page);
    const resyncs: unknown[] = [];
    const said: unknown[] = [];
    socket.on('resync', (reason: unknown) => resyncs.push(reason));
    socket.on('said', (messages: object[]) => said.push(...messages));
    const visit = (first: number, last: number) =>
      new Promise((resolve) => socket.emit('visit', first, last, resolve));
    await visit(1, 7_200);
    // What the page is told of its positions comes before the second answer.
    await visit(7_200, 7_200);
    const [gone, back] = [nextDisconnect(socket), nextReconnect(socket)];
    (await page.manager()).engine.close();
    await gone;
    await database.insert('room', { room: 7 });
    await back;
    expect(sidecar.log).not.toContain('message_too_large');
    // The youngest are known, and the first are forgotten: that is said once for all of a channel.
    socket.emit('stay', 7_200);
    socket.emit('stay', 7);
    await expect.poll(() => resyncs, LONG).toEqual([{ reason: 'position', channel: 'room' }]);
    await database.insert('room', { room: 7, text: 'now' });
    // What was said while it was away comes as well, if the sidecar reads it only now.
    await expect.poll(() => said.at(-1), LONG).toEqual({ room: 7, text: 'now' });
    socket.emit('stay', 8);
    await database.insert('room', { room: 7, text: 'then' });
    await expect.poll(() => said.at(-1), LONG).toEqual({ room: 7, text: 'then' });
    expect(resyncs).toHaveLength(1);
  },
  TIMEOUT,
);

it(
  'a queue makes a dead letter of the message for which its page fails, and of none that was delivered with it',
  async () => {
    const { sidecar, database, insert, open } = await startFlood('queue, secureEmit');
    await insert(20);
    const page = await open(sidecar.url, 'websocket', (id) => {
      if (id === 13) throw new Error('The page cannot show 13.');
    });
    const left = () =>
      database.query<{ n: number; dead: boolean }>(
        `SELECT ("values"->>'id')::int AS n, dead IS NOT NULL AS dead FROM web_socketio_message ORDER BY id`,
      );
    await expect.poll(left, LONG).toEqual([{ n: 13, dead: true }]);
    expect(page.shown.toSorted((one, other) => one - other)).toEqual(numbersTo(20).filter((n) => n !== 13));
  },
  TIMEOUT,
);
