import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { Page } from '../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../addon/web_socketio/src/socketio.ts';
import { startNginx } from '../support/nginx.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { TestDatabase } from '../support/test-database.ts';
import { TestSidecar } from '../support/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter {
  static channel = 'news';
  static mode = 'each';
  format(message) { return message.values.number; }
}
class Work extends AbstractAdapter {
  static channel = 'work';
  format(message) { return message.values.number; }
}
class Mine extends OpenERPNameSpace {
  recvConnect() {
    this.spawn('news', 'web_socketio_demo', async () => {
      for (;;) await this.secureEmit(News, 'news', await this.listen(News));
    });
    this.spawn('work', 'web_socketio_demo', async () => {
      for (;;) await this.secureEmit(Work, 'work', await this.listen(Work));
    });
  }
  on_shout(text) { return this.broadcastEvent('heard', text); }
  on_whisper(text) { return this.broadcastEventNotMe('heard', text); }
}
SocketIO.addNamespace('/mine', Mine);
`;

/** Nothing here asks Odoo. */
const NOWHERE = 'http://127.0.0.1:1';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres(15);
  return () => postgres.stop();
});

/** Two sidecars, nginx in front of them, and pages of one transport that keep what they got. */
async function start(transport: 'websocket' | 'polling') {
  const database = await TestDatabase.create(postgres);
  const open = () => TestSidecar.start(database, { web_socketio_demo: MODULE });
  const sidecars = [await open(), await open()];
  for (const sidecar of sidecars) await expect.poll(() => sidecar.log).toContain('Connected to PostgreSQL');
  const nginx = await startNginx({ odoo: NOWHERE, sidecar: sidecars.map(({ url }) => url) });
  onTestFinished(() => nginx.stop());
  const pages = await Promise.all(Array.from({ length: 12 }, () => openPage(database, nginx.url, transport)));
  return { database, sidecars, pages };
}

async function openPage(database: TestDatabase, origin: string, transport: 'websocket' | 'polling') {
  const page = new Page({
    origin,
    retryBounds: { minMs: 50, maxMs: 500 },
    report: () => undefined,
    fetchToken: async () => ({
      ...{ db: database.name, uid: 2, expires_in: 900, url: false },
      token: await database.addToken({ uid: 2 }),
    }),
  });
  onTestFinished(() => page.end());
  (await page.manager()).opts.transports = [transport];
  const socket = new SocketIO('/mine', page);
  const got = { news: [] as number[], work: [] as number[], heard: [] as string[], resync: 0 };
  socket.on('news', (numbers: number[]) => got.news.push(...numbers));
  socket.on('work', (numbers: number[]) => got.work.push(...numbers));
  socket.on('heard', (text: string) => got.heard.push(text));
  socket.on('resync', () => {
    got.resync += 1;
  });
  await expect.poll(() => socket.connected, { timeout: 10_000 }).toBe(true);
  return { socket, got };
}

it.each(['websocket', 'polling'] as const)(
  'Two sidecars behind nginx, with %s: each message once, over a rolling restart as well',
  async (transport) => {
    const { database, sidecars, pages } = await start(transport);
    const [, second] = sidecars;
    let number = 0;
    const send = async (count: number) => {
      for (let turn = 0; turn < count; turn += 1) {
        number += 1;
        await database.insert('news', { number });
        await database.insert('work', { number });
      }
    };
    await send(20);
    const stopping = second?.sidecar.stop();
    await send(20);
    await stopping;
    await send(20);
    const all = Array.from({ length: number }, (_, index) => index + 1);
    await expect
      .poll(() => pages.map(({ got }) => got.news), { timeout: 30_000 })
      .toEqual(pages.map(() => all));
    await expect
      .poll(() => pages.flatMap(({ got }) => got.work).sort((one, other) => one - other), { timeout: 30_000 })
      .toEqual(all);
    expect(pages.reduce((sum, { got }) => sum + got.resync, 0)).toBe(0);
  },
);

it('A broadcast reaches the pages of both sidecars', async () => {
  const { pages } = await start('websocket');
  const [first] = pages;
  first?.socket.emit('shout', 'hello');
  await expect.poll(() => pages.map(({ got }) => got.heard)).toEqual(pages.map(() => ['hello']));
  first?.socket.emit('whisper', 'psst');
  await expect
    .poll(() => pages.slice(1).map(({ got }) => got.heard.at(-1)))
    .toEqual(pages.slice(1).map(() => 'psst'));
  expect(first?.got.heard).toEqual(['hello']);
});
