import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startHttp } from '../support/network/http-server.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { startOther } from '../support/proxy/other-proxy.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';
import { LINK_PATH, LINK_REQUESTS, rawAnswer } from './link-requests.ts';
import { REVERSE } from './other-programs.ts';
import { PROXIES, type StartProxy } from './proxies.ts';

// Varnish compiles its configuration at each start, which took 20 s on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const ALL: readonly (readonly [string, StartProxy])[] = [
  ...PROXIES,
  ...REVERSE.map(([name, program]): [string, StartProxy] => [
    name,
    ({ odoo, sidecar }) => startOther(program, { odoo, sidecar: String(sidecar) }),
  ]),
];

/** A sidecar as far as a proxy sees it: the paths that it was asked for, as they came. */
async function startSidecar() {
  const paths: string[] = [];
  const note = ({ url = '' }: IncomingMessage) => paths.push(url.split('?', 1)[0] ?? '');
  const upgrade = (request: IncomingMessage, socket: Duplex) => {
    note(request);
    const isLink = request.url === LINK_PATH;
    const status = isLink ? '101 Switching Protocols\r\nUpgrade: web_socketio_worker' : '400 Bad Request';
    socket.resume().end(`HTTP/1.1 ${status}\r\nConnection: ${isLink ? 'Upgrade' : 'close'}\r\n\r\n`);
  };
  const url = await startHttp(
    (request, response) => {
      note(request);
      response.end('sidecar');
    },
    (http: Server) => http.on('upgrade', upgrade),
  );
  return { url, paths };
}

it('A worker on the same machine reaches the sidecar', async () => {
  const { url, paths } = await startSidecar();
  const [[, request] = ['', '']] = LINK_REQUESTS;
  expect(await rawAnswer(url, request)).toMatch(/^HTTP\/1\.1 101 /);
  expect(paths).toEqual([LINK_PATH]);
});

it('The sidecar takes a link at that path alone, as it is written', async () => {
  const sidecar = await TestSidecar.start(await TestDatabase.create(), {});
  const taken: string[] = [];
  for (const [what, request] of LINK_REQUESTS) {
    if (/^HTTP\/1\.1 101 /.test(await rawAnswer(sidecar.url, request))) taken.push(what);
  }
  // Without a proxy, a second request of a connection is one like any other.
  expect(taken).toEqual([LINK_PATH, 'a second request, after one that only seems to upgrade']);
});

describe.each(ALL)('Through %s', (_, startProxy) => {
  it('nobody reaches the link of the Python workers', async () => {
    const odoo = await startHttp((_request, response) => void response.end('odoo'));
    const sidecar = await startSidecar();
    const proxy = await startProxy({ odoo, sidecar: sidecar.url, odooEvented: odoo });
    onTestFinished(() => proxy.stop());
    const passed: string[] = [];
    for (const [what, request] of LINK_REQUESTS) {
      sidecar.paths.length = 0;
      const answer = await rawAnswer(proxy.url, request);
      if (/^HTTP\/1\.\d 101 /m.test(answer) || sidecar.paths.includes(LINK_PATH)) passed.push(what);
    }
    expect(passed).toEqual([]);
  });
});
