import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../support/network/certificate.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { startApache } from '../support/proxy/apache.ts';
import { startNginx } from '../support/proxy/nginx.ts';
import { ProxiedPage, type ProxiedPageOptions } from '../support/proxy/proxied-page.ts';
import type { ReverseProxyOptions } from '../support/proxy/reverse-proxy.ts';
import { type TestSettings, TestSidecar } from '../support/sidecar/test-sidecar.ts';
import { PROXIES, type StartProxy } from './proxies.ts';

/** The server module of the sidecar of that name. */
const moduleOf = (name: string) => `
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
  // While its sidecar is being stopped, a page that holds keeps it from ending for as long as it may.
  async stopServer() {
    if (!this.holds) return;
    this.emit('stopping');
    await new Promise(() => {});
  }
  on_hold() { this.holds = true; }
  on_where() { return '${name}'; }
  on_shout(text) { return this.broadcastEvent('heard', text); }
  on_whisper(text) { return this.broadcastEventNotMe('heard', text); }
}
SocketIO.addNamespace('/mine', Mine);
`;

/** Nothing here asks Odoo. */
const NOWHERE = 'http://127.0.0.1:1';
const TRANSPORTS = ['websocket', 'polling'] as const;

interface Setup extends TestSettings {
  readonly sidecars?: 1 | 2;
  readonly transports?: readonly ('websocket' | 'polling')[];
  readonly proxy?: Partial<ReverseProxyOptions>;
}

/** Sidecars that are ready, and the proxy in front of them. */
async function startAll(
  startProxy: StartProxy,
  { sidecars: count = 1, transports, proxy, ...settings }: Setup,
) {
  const database = await TestDatabase.create();
  const sidecars = new Map<string, TestSidecar>();
  for (const route of ['1', '2'].slice(0, count)) {
    const modules = { web_socketio_demo: moduleOf(route) };
    sidecars.set(route, await TestSidecar.start(database, modules, { route, ...settings }));
  }
  const all = [...sidecars.values()];
  for (const sidecar of all) await expect.poll(() => sidecar.log).toContain('Connected to PostgreSQL');
  const { url, stop } = await startProxy({ odoo: NOWHERE, sidecar: all.map(({ url }) => url), ...proxy });
  // Apache waits ten seconds for a request that is still open, so those behind it go first.
  onTestFinished(async () => {
    await Promise.all(all.map(({ sidecar }) => sidecar.stop()));
    await stop();
  });
  const options: ProxiedPageOptions = {
    ...{ origin: url, ca: proxy?.certificate?.pem },
    ...(transports && { transports }),
  };
  const open = () => ProxiedPage.open(database, options);
  return { database, sidecars, open };
}

/** A message of either kind reaches the page, and an event of it the server module. */
async function expectService(database: TestDatabase, page: ProxiedPage): Promise<void> {
  await database.insert('news', { number: 1 });
  await database.insert('work', { number: 2 });
  await expect.poll(() => [page.news, page.work]).toEqual([[1], [2]]);
  expect(await page.ask('where')).toBe('1');
}

describe.each(PROXIES)('Through %s', (_, startProxy) => {
  it.each(TRANSPORTS)('a page is served over %s', async (transport) => {
    const { database, open } = await startAll(startProxy, { transports: [transport] });
    const page = await open();
    await expectService(database, page);
    expect(await page.transport()).toBe(transport);
  });

  it.each(TRANSPORTS)('a page is served with TLS over %s', async (transport) => {
    const certificate = await makeCertificate();
    const { database, open } = await startAll(startProxy, {
      transports: [transport],
      proxy: { certificate },
    });
    const page = await open();
    await expectService(database, page);
    expect(await page.transport()).toBe(transport);
  });

  it('a page that begins with long-polling goes on over WebSocket at the same one of two sidecars', async () => {
    const setup = { sidecars: 2, transports: ['polling', 'websocket'] } as const;
    const { open } = await startAll(startProxy, setup);
    const pages = await Promise.all(Array.from({ length: 6 }, open));
    const names = () => Promise.all(pages.map((page) => page.transport()));
    await expect.poll(names).toEqual(pages.map(() => 'websocket'));
    expect(new Set(await Promise.all(pages.map((page) => page.ask('where'))))).toEqual(new Set(['1', '2']));
  });

  it.each(TRANSPORTS)(
    'two sidecars give each message once over %s, over a rolling restart as well',
    async (transport) => {
      const { database, sidecars, open } = await startAll(startProxy, {
        sidecars: 2,
        transports: [transport],
      });
      const pages = await Promise.all(Array.from({ length: 12 }, open));
      expect(new Set(await Promise.all(pages.map((page) => page.ask('where'))))).toEqual(new Set(['1', '2']));
      let number = 0;
      const send = async (count: number) => {
        for (let turn = 0; turn < count; turn += 1) {
          number += 1;
          await database.insert('news', { number });
          await database.insert('work', { number });
        }
      };
      await send(20);
      const stopping = sidecars.get('2')?.sidecar.stop();
      await send(20);
      await stopping;
      await send(20);
      const all = Array.from({ length: number }, (_, index) => index + 1);
      await expect.poll(() => pages.map(({ news }) => news)).toEqual(pages.map(() => all));
      await expect
        .poll(() => pages.flatMap(({ work }) => work).sort((one, other) => one - other))
        .toEqual(all);
      expect(pages.reduce((sum, { resyncs }) => sum + resyncs, 0)).toBe(0);
    },
  );

  it.each(TRANSPORTS)(
    'a sidecar that is being stopped keeps its pages over %s until it sends them away, and the other takes new ones',
    async (transport) => {
      const setup = { sidecars: 2, transports: [transport], drainSeconds: 5 } as const;
      const { sidecars, open } = await startAll(startProxy, setup);
      const pages = await Promise.all(Array.from({ length: 40 }, open));
      const places = await Promise.all(pages.map((page) => page.ask('where')));
      const stays = pages.filter((_, index) => places[index] === '2');
      expect(stays.length).toBeGreaterThan(10);
      await Promise.all(stays.map((page) => page.ask('hold')));
      let isStopped = false;
      const stopped = sidecars.get('2')?.sidecar.stop();
      stopped?.then(() => {
        isStopped = true;
      });
      const newcomers = await Promise.all(Array.from({ length: 6 }, open));
      // Each page that stays holds the other sidecar up for two seconds, one after the other.
      expect(isStopped).toBe(false);
      expect(await Promise.all(newcomers.map((page) => page.ask('where')))).toEqual(newcomers.map(() => '1'));
      await stopped;
      expect(stays.map(({ last }) => last)).toEqual(stays.map(() => '2'));
      await expect.poll(() => stays.every(({ socket }) => socket.connected)).toBe(true);
      expect(await Promise.all(stays.map((page) => page.ask('where')))).toEqual(stays.map(() => '1'));
    },
  );
});

it.each([1, 2] as const)(
  'Without its WebSocket module, Apache carries all by long-polling to %i sidecar(s)',
  async (sidecars) => {
    const without = ['proxy_wstunnel'];
    const { database, open } = await startAll((options) => startApache({ ...options, without }), {
      sidecars,
    });
    const pages = await Promise.all(Array.from({ length: 6 }, open));
    await database.insert('news', { number: 1 });
    await expect.poll(() => pages.map(({ news }) => news)).toEqual(pages.map(() => [1]));
    expect(await Promise.all(pages.map((page) => page.transport()))).toEqual(pages.map(() => 'polling'));
    const places = new Set(await Promise.all(pages.map((page) => page.ask('where'))));
    expect(places).toEqual(new Set(['1', '2'].slice(0, sidecars)));
  },
);

it('A broadcast reaches the pages of both sidecars', async () => {
  const { open } = await startAll(startNginx, { sidecars: 2 });
  const pages = await Promise.all(Array.from({ length: 12 }, open));
  const [first] = pages;
  first?.socket.emit('shout', 'hello');
  await expect.poll(() => pages.map(({ heard }) => heard)).toEqual(pages.map(() => ['hello']));
  first?.socket.emit('whisper', 'psst');
  await expect
    .poll(() => pages.slice(1).map(({ heard }) => heard.at(-1)))
    .toEqual(pages.slice(1).map(() => 'psst'));
  expect(first?.heard).toEqual(['hello']);
});
