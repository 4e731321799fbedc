import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Certificate, makeCertificate } from '../support/network/certificate.ts';
import { askHttp, type HttpQuestion } from '../support/network/http-answer.ts';
import { startHttp } from '../support/network/http-server.ts';
import { RawWebSocket } from '../support/network/raw-web-socket.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { type OtherProxyOptions, type ProxyProgram, startOther } from '../support/proxy/other-proxy.ts';
import { ProxiedPage, type ProxiedPageOptions } from '../support/proxy/proxied-page.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';
import { REVERSE, squid, stunnel } from './other-programs.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter {
  static channel = 'news';
  static mode = 'each';
  format(message) { return message.values.number; }
}
class Mine extends OpenERPNameSpace {
  recvConnect() {
    this.spawn('news', 'web_socketio_demo', async () => {
      for (;;) await this.secureEmit(News, 'news', await this.listen(News));
    });
  }
  on_length(text) { return text.length; }
}
SocketIO.addNamespace('/mine', Mine);
`;
// Varnish compiles its configuration at each start, which took 20 s on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const NOWHERE = 'http://127.0.0.1:1';
/** What a page may use, and what carries it in the end. */
const TRANSPORTS = [
  [['websocket'], 'websocket'],
  [['polling'], 'polling'],
  [['polling', 'websocket'], 'websocket'],
] as const;

async function start(program: ProxyProgram, options: OtherProxyOptions) {
  const proxy = await startOther(program, options);
  onTestFinished(() => proxy.stop());
  return proxy;
}

async function startSidecar() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE });
  await expect.poll(() => sidecar.log).toContain('Connected to PostgreSQL');
  return { database, sidecar };
}

/** A page gets messages in order and once, in both directions something large, over the transport that it should have. */
async function expectPage(database: TestDatabase, options: ProxiedPageOptions, carried: string) {
  const page = await ProxiedPage.open(database, options);
  await expect.poll(() => page.transport()).toBe(carried);
  for (const number of [1, 2, 3]) await database.insert('news', { number });
  await expect.poll(() => page.news).toEqual([1, 2, 3]);
  expect(await page.ask('length', 'ä'.repeat(100_000))).toBe(100_000);
  expect(page.resyncs).toBe(0);
}

interface Seen {
  readonly by: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server that tells what it was asked. */
const startTeller = (by: string) =>
  startHttp(({ url, headers }: IncomingMessage, response: ServerResponse) =>
    response.end(JSON.stringify({ by, url, headers })),
  );

async function startTellers(program: ProxyProgram, certificate?: Certificate) {
  const [odoo, sidecar] = await Promise.all([startTeller('odoo'), startTeller('sidecar')]);
  const proxy = await start(program, { odoo, sidecar, ...(certificate && { certificate }) });
  const ask = async (path: string, question?: HttpQuestion): Promise<Seen> =>
    JSON.parse((await askHttp(new URL(path, proxy.url), { ...question, ca: certificate?.pem })).text);
  return { url: proxy.url, ask };
}

describe.each(REVERSE)('Through %s', (name, program) => {
  // Varnish has none: something else does TLS in front of it.
  const securities = name === 'Varnish' ? [false] : [false, true];

  it.each(TRANSPORTS.flatMap((one) => securities.map((tls) => [...one, tls] as const)))(
    'pages that may use %j are carried by %s (TLS: %s)',
    async (transports, carried, tls) => {
      const { database, sidecar } = await startSidecar();
      const certificate = tls ? await makeCertificate() : undefined;
      const proxy = await start(program, {
        ...{ odoo: NOWHERE, sidecar: sidecar.url },
        ...(certificate && { certificate }),
      });
      await expectPage(database, { origin: proxy.url, transports, ca: certificate?.pem }, carried);
    },
  );

  it('the sidecar has its two paths, and Odoo the rest', async () => {
    const { ask } = await startTellers(program);
    const places = {
      '/socket.io/?EIO=4&transport=polling&sid=x%2Fy': 'sidecar',
      '/socketio/?EIO=4': 'sidecar',
      '/web/socket.io/': 'odoo',
      '/web_socketio/token': 'odoo',
      '/healthz': 'odoo',
      '/readyz': 'odoo',
      '/metrics': 'odoo',
      '/refusals': 'odoo',
    };
    for (const [path, by] of Object.entries(places)) {
      expect(await ask(path)).toMatchObject({ by, url: path });
    }
  });

  it.each(securities)('the servers are told the address that the browser used (TLS: %s)', async (tls) => {
    const certificate = tls ? await makeCertificate() : undefined;
    const { url, ask } = await startTellers(program, certificate);
    const { host } = new URL(url);
    const forged = {
      'X-Forwarded-For': '9.9.9.9',
      'X-Forwarded-Host': 'elsewhere',
      'X-Forwarded-Proto': 'gopher',
    };
    for (const path of ['/web', '/socket.io/?EIO=4']) {
      const { headers } = await ask(path, { headers: forged });
      expect(headers).toMatchObject({
        host,
        'x-forwarded-proto': tls ? 'https' : 'http',
        'x-forwarded-for': expect.stringMatching(/(^|, ?)127\.0\.0\.1$/),
      });
      // Where it says nothing, the Host counts.
      expect(headers['x-forwarded-host'] || host).toBe(host);
    }
  });

  it('40 KB of cookies reach Odoo, and none the sidecar', async () => {
    const { ask } = await startTellers(program);
    const cookies = Array.from({ length: 20 }, (_, index) => `c${index}=${'x'.repeat(2_040)}`).join('; ');
    const question = { headers: { Cookie: cookies } };
    expect((await ask('/web', question)).headers.cookie).toBe(cookies);
    expect((await ask('/socket.io/?EIO=4', question)).headers.cookie ?? '').toBe('');
  });

  it('a sidecar that refuses an upgrade is heard', async () => {
    const { sidecar } = await startSidecar();
    const proxy = await start(program, { odoo: NOWHERE, sidecar: sidecar.url });
    expect((await RawWebSocket.open(proxy.url, {}, 'EIO=9')).status).toMatch(/^HTTP\/1\.1 400 /);
  });
});

it('Without `proxy.header`, lighttpd carries all by long-polling', async () => {
  const { database, sidecar } = await startSidecar();
  const [, lighttpd] = REVERSE[2];
  const change = (config: string) => config.replace(/^.*proxy\.header.*\n/m, '');
  const proxy = await start(lighttpd, { odoo: NOWHERE, sidecar: sidecar.url, change });
  await expectPage(database, { origin: proxy.url }, 'polling');
});

it.each(TRANSPORTS)(
  'Through stunnel, pages that may use %j are carried by %s',
  async (transports, carried) => {
    const { database, sidecar } = await startSidecar();
    const certificate = await makeCertificate();
    const proxy = await start(stunnel, { odoo: NOWHERE, sidecar: sidecar.url, certificate });
    await expectPage(database, { origin: proxy.url, transports, ca: certificate.pem }, carried);
  },
);

describe('Through squid', () => {
  it.each(TRANSPORTS)('pages that may use %j are carried by %s', async (transports, carried) => {
    const { database, sidecar } = await startSidecar();
    const { url } = await start(squid, { odoo: NOWHERE, sidecar: sidecar.url });
    const agent = new HttpsProxyAgent(url);
    await expectPage(database, { origin: sidecar.url, transports, agent }, carried);
  });

  it('nobody gets to a port that is not named', async () => {
    const { sidecar } = await startSidecar();
    const { url } = await start(squid, { odoo: NOWHERE, sidecar: NOWHERE });
    const agent = new HttpsProxyAgent(url);
    // Its own answer to CONNECT.
    expect(await askHttp(`${sidecar.url}/healthz`, { agent })).toMatchObject({ status: 403 });
  });
});
