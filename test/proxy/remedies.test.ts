import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { Finding } from '../../sidecar/src/doctor/finding.ts';
import { FINDING_CODES, type FindingCode } from '../../sidecar/src/doctor/finding-codes.ts';
import { lookAtAddress } from '../../sidecar/src/doctor/outside/address.ts';
import { lookAtBodies } from '../../sidecar/src/doctor/outside/bodies.ts';
import { lookAtBus } from '../../sidecar/src/doctor/outside/bus.ts';
import { lookAtExposure } from '../../sidecar/src/doctor/outside/exposure.ts';
import { lookAtCookies, lookAtForwarded } from '../../sidecar/src/doctor/outside/headers.ts';
import { lookAtRouting } from '../../sidecar/src/doctor/outside/routing.ts';
import { lookAtSilence } from '../../sidecar/src/doctor/outside/silence.ts';
import { lookAtStickiness } from '../../sidecar/src/doctor/outside/stickiness.ts';
import {
  lookAtBuffering,
  lookAtPolling,
  lookAtWebSocket,
} from '../../sidecar/src/doctor/outside/transports.ts';
import { Visitor } from '../../sidecar/src/doctor/outside/visitor.ts';
import type { ProxyName, Remedy } from '../../sidecar/src/doctor/remedy.ts';
import { type Certificate, makeCertificate } from '../support/network/certificate.ts';
import { startEchoOdoo } from '../support/odoo/echo-odoo.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { startApache } from '../support/proxy/apache.ts';
import { startNginx } from '../support/proxy/nginx.ts';
import { type ProxyProgram, startOther } from '../support/proxy/other-proxy.ts';
import type { ReverseProxy } from '../support/proxy/reverse-proxy.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';
import { REVERSE } from './other-programs.ts';
import { APACHE } from './remedies/apache.ts';
import { CADDY } from './remedies/caddy.ts';
import { HAPROXY } from './remedies/haproxy.ts';
import { NGINX } from './remedies/nginx.ts';
import type { RemedyCase, RemedyConfig } from './remedies/remedy-case.ts';

// Debian has no Traefik: its lines were run by hand, with 3.3.4 on 2026-11-29, and mended what they are for.

/** Where the proxies of these tests cut off what is silent, there after 2 s. */
const SILENT_S = 4;

/** The look that finds each. */
const LOOKS: Partial<Record<FindingCode, (visitor: Visitor) => Promise<Finding | readonly Finding[]>>> = {
  no_upgrade: lookAtWebSocket,
  no_polling: lookAtPolling,
  buffered: lookAtBuffering,
  time_out: (visitor) =>
    lookAtSilence(visitor, { webSockets: true, seconds: SILENT_S, progress: () => undefined }),
  body_limited: (visitor) => lookAtBodies(visitor, visitor, true),
  forwarded_missing: (visitor) => lookAtForwarded(visitor, true),
  forwarded_wrong: (visitor) => lookAtForwarded(visitor, true),
  forwarded_believed: (visitor) => lookAtForwarded(visitor, true),
  header_limited: lookAtCookies,
  cookies_forwarded: lookAtCookies,
  not_sticky: lookAtStickiness,
  inner_paths_open: lookAtExposure,
  link_open: lookAtExposure,
  evented_missing: lookAtBus,
};
const lookAtRoute = async (visitor: Visitor) => (await lookAtRouting(visitor)).findings;

/** Where the sockets of a page go: what the lines for that have to bring besides, and the other name of the path. */
const ROUTED: ReadonlySet<FindingCode> = new Set([
  'sockets_to_odoo',
  'sidecar_down',
  'sockets_elsewhere',
  'sockets_redirected',
  'no_polling',
]);

async function lookAtPages(visitor: Visitor, proxy: ProxyName): Promise<readonly Finding[]> {
  const { status, body } = await visitor.ask('/socketio/?EIO=4&transport=polling');
  expect([status, body.slice(0, 2)]).toEqual([200, '0{']);
  return [
    await lookAtWebSocket(visitor),
    await lookAtPolling(visitor),
    await lookAtBuffering(visitor),
    // Of nginx alone the headers belong into the location itself.
    ...(proxy === 'nginx' ? (await lookAtForwarded(visitor, true)).slice(0, 1) : []),
    ...(proxy === 'nginx' ? [await lookAtCookies(visitor)] : []),
  ];
}

interface Servers {
  readonly odoo: string;
  readonly sidecar: string;
  readonly second: string;
  readonly bus: string;
}

/** Starts a proxy with the whole text of a configuration, in which the address to listen on is still to be filled in. */
type Start = (servers: Servers, text: string) => Promise<ReverseProxy>;

/** @param port where the text that is replaced says on which port to listen */
const filled = (text: string, port: RegExp) => (config: string) =>
  text.replaceAll('LISTEN', port.exec(config)?.[1] ?? 'nowhere');

function programOf(name: string): ProxyProgram {
  const program: ProxyProgram | undefined = REVERSE.find(([known]) => known === name)?.[1];
  if (program === undefined) throw new Error(`'${name}' is no proxy of the tests.`);
  return program;
}

const other =
  (name: string, port: RegExp): Start =>
  (servers, text) =>
    startOther(programOf(name), { ...servers, change: filled(text, port) });

const PROXIES: readonly (readonly [ProxyName, RemedyConfig, Start])[] = [
  ['nginx', NGINX, (servers, text) => startNginx({ ...servers, change: filled(text, /listen (\S+);/) })],
  [
    'Apache',
    APACHE,
    (servers, text) => startApache({ ...servers, change: filled(text, /Define WEB_SOCKETIO_PORT (\d+)/) }),
  ],
  ['HAProxy', HAPROXY, other('HAProxy', /bind 127\.0\.0\.1:(\d+)/)],
  ['Caddy', CADDY, other('Caddy', /http:\/\/127\.0\.0\.1:(\d+) /)],
];

async function startServers(): Promise<Servers> {
  const database = await TestDatabase.create();
  const sidecars = [];
  for (const route of ['1', '2']) sidecars.push(await TestSidecar.start(database, {}, { route }));
  const bus = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(bus, 'listening');
  // In one of several runs a proxy that was being stopped sent what is no frame.
  bus.on('connection', (webSocket) => webSocket.on('error', () => undefined));
  onTestFinished(() => void bus.close());
  const { port } = bus.address() as AddressInfo;
  const [first, second] = sidecars.map(({ url }) => url);
  return {
    odoo: await startEchoOdoo(true, null, '19.0'),
    ...{ sidecar: first ?? '', second: second ?? '', bus: `http://127.0.0.1:${port}` },
  };
}

/** What the doctor says to do. */
function linesFor(code: FindingCode, proxy: ProxyName): readonly string[] {
  const { lines }: Remedy = FINDING_CODES[code];
  if (lines === undefined) throw new Error(`'${code}' has no lines.`);
  return lines[proxy];
}

/** A configuration with something in one place. What begins with `backend` is a section of its own. */
function write({ text, places }: RemedyConfig, { place, also = {} }: RemedyCase, what: string): string {
  const [here = '', section] = what.split(/^(?=backend )/m);
  // A section of that name is replaced.
  const isKnown = section?.startsWith('backend sidecar') === true;
  const now: Record<string, string> = {
    ...places,
    ...also,
    [place]: here,
    ...(section === undefined ? {} : { sections: `${isKnown ? '' : places['sections']}\n${section}` }),
  };
  const fill = (part: string): string =>
    part.replaceAll(/\[\[(\w+)\]\]/g, (_, name: string) => fill(now[name] ?? ''));
  return fill(text);
}

/** Puts the servers of the test in the place of those of the doctor's lines. */
const serve = (text: string, { odoo, sidecar, second, bus }: Servers) =>
  Object.entries({
    ...{ '127.0.0.1:8069': odoo, '127.0.0.1:8072': bus },
    ...{ '127.0.0.1:8068': sidecar, 'a:8068': sidecar, 'b:8068': second },
  }).reduce((all, [from, url]) => all.replaceAll(from, new URL(url).host), text);

/** What is found behind that configuration. */
async function look(
  start: Start,
  servers: Servers,
  text: string,
  how: (visitor: Visitor) => Promise<Finding | readonly Finding[]>,
) {
  const proxy = await start(servers, serve(text, servers));
  try {
    return [await how(new Visitor(new URL(proxy.url), new AbortController().signal))].flat();
  } finally {
    await proxy.stop();
  }
}

describe.each(PROXIES)('Of a broken configuration of %s', (proxy, config, start) => {
  it.each(config.cases.map((one) => [one.code, one] as const))(
    '%s is found, and no more when it has the lines that the doctor gives',
    async (code, one) => {
      const servers = await startServers();
      const find = LOOKS[code] ?? lookAtRoute;
      const before = await look(start, servers, write(config, one, one.broken), find);
      expect(before.map((finding) => finding.code)).toContain(code);
      const lines = [...(one.isAdded ? [one.broken] : []), ...linesFor(code, proxy)].join('\n');
      const mended = write(config, one, lines);
      const after = await look(start, servers, mended, find);
      expect(after.filter((finding) => finding.code === code)).toEqual([]);
      if (!ROUTED.has(code)) return;
      const more = await look(start, servers, mended, (visitor) => lookAtPages(visitor, proxy));
      expect(more.filter(({ severity }) => severity !== 'fine')).toEqual([]);
    },
  );
});

type StartTls = (
  servers: Servers,
  certificate: Certificate,
  lines: readonly string[],
) => Promise<ReverseProxy>;

/** The configurations of this repository with TLS, and where in them the doctor's lines belong. Caddy needs none. */
const WITH_TLS: readonly (readonly [ProxyName, StartTls])[] = [
  [
    'nginx',
    (servers, certificate, [line]) =>
      startNginx({
        ...{ ...servers, certificate },
        change: (config) =>
          config.replace(/listen (\S+) ssl;/, (old, at: string) => line?.replace('443', at) ?? old),
      }),
  ],
  [
    'Apache',
    (servers, certificate, lines) =>
      startApache({
        ...{ ...servers, certificate, more: ['http2'] },
        change: (config) => config.replace('SSLEngine On', `SSLEngine On\n${lines.join('\n')}`),
      }),
  ],
  [
    'HAProxy',
    (servers, certificate, lines) =>
      startOther(programOf('HAProxy'), {
        ...{ ...servers, certificate },
        change: (config) => config.replace(/bind .*/, (bind) => `${bind} ${lines.at(-1) ?? ''}`),
      }),
  ],
  ['Caddy', (servers, certificate) => startOther(programOf('Caddy'), { ...servers, certificate })],
];

it.each(WITH_TLS)('%s speaks HTTP/2 with the lines that the doctor gives', async (proxy, start) => {
  const servers = await startServers();
  const certificate = await makeCertificate();
  const speaks = async (lines: readonly string[]) => {
    const { url, stop } = await start(servers, certificate, lines);
    onTestFinished(stop);
    return (await lookAtAddress(new URL(url))).http2;
  };
  if (proxy !== 'Caddy') expect(await speaks([])).toBe(false);
  expect(await speaks(linesFor('no_http2', proxy))).toBe(true);
});
