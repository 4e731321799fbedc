import { describe, expect, it, onTestFinished } from 'vitest';
import { remedyOf } from '../../sidecar/src/doctor/diagnosis.ts';
import type { Finding } from '../../sidecar/src/doctor/finding.ts';
import { lookFromOutside } from '../../sidecar/src/doctor/outside/outside.ts';
import { SILENT_S } from '../../sidecar/src/doctor/outside/silence.ts';
import { makeCertificate } from '../support/network/certificate.ts';
import { startEchoOdoo } from '../support/odoo/echo-odoo.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { startNginx } from '../support/proxy/nginx.ts';
import type { ReverseProxyOptions } from '../support/proxy/reverse-proxy.ts';
import { type TestSettings, TestSidecar } from '../support/sidecar/test-sidecar.ts';
import { PROXIES, type StartProxy } from './proxies.ts';

interface Setup extends TestSettings {
  readonly sidecars?: 1 | 2;
  readonly proxyMode?: boolean;
  readonly proxy?: Partial<ReverseProxyOptions>;
  readonly silentSeconds?: number;
}

/** What the doctor finds at the address of a proxy with sidecars and an Odoo behind it, by what it looked at. */
async function look(
  startProxy: StartProxy,
  { sidecars: count = 1, silentSeconds = 3, proxyMode, proxy, ...settings }: Setup,
) {
  const database = await TestDatabase.create();
  const sidecars: TestSidecar[] = [];
  while (sidecars.length < count) {
    const route = `${sidecars.length + 1}`;
    sidecars.push(await TestSidecar.start(database, {}, { route, ...settings }));
  }
  const { url, stop } = await startProxy({
    ...{ odoo: await startEchoOdoo(proxyMode), sidecar: sidecars.map((one) => one.url) },
    ...proxy,
  });
  onTestFinished(async () => {
    await Promise.all(sidecars.map(({ sidecar }) => sidecar.stop()));
    await stop();
  });
  const { signal } = new AbortController();
  const { findings } = await lookFromOutside(new URL(url), {
    signal,
    silentSeconds,
    progress: () => undefined,
  });
  return findings;
}

const codes = (findings: readonly Finding[]) => findings.flatMap(({ code }) => code ?? []);
/** Takes a directive out of the configuration, or changes it; fails if it is not there. */
const without = (pattern: RegExp, other = '') => ({
  change(config: string): string {
    if (!pattern.test(config)) throw new Error(`${pattern} is not in the configuration.`);
    return config.replaceAll(new RegExp(pattern, 'gm'), other);
  },
});

/** What a browser says counts, if it says anything. */
const KEPT = "map $http_x_forwarded_host $kept { default $http_x_forwarded_host; '' $http_host; }\n";

const LINK_LOCATION = `location /web_socketio/worker {
        proxy_pass http://web_socketio_sidecar;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
    }`;

describe.each(PROXIES)('The doctor, behind %s as this repository has it', (_, startProxy) => {
  it('finds nothing to complain about', async () => {
    const findings = await look(startProxy, { silentSeconds: SILENT_S });
    expect(findings.filter(({ severity }) => severity !== 'fine')).toEqual([]);
    expect(findings.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['Silence of a WebSocket', 'Several sidecars', 'What Odoo hears', 'Buffering']),
    );
  });

  it('finds nothing to complain about in two sidecars', async () => {
    const findings = await look(startProxy, { sidecars: 2 });
    expect(findings.filter(({ severity }) => severity !== 'fine')).toEqual([]);
    expect(findings.find(({ subject }) => subject === 'Several sidecars')?.seen).toMatch(/^2 found/);
  });

  it('finds a certificate that no browser knows, and an Odoo without proxy_mode', async () => {
    const findings = await look(startProxy, {
      proxyMode: false,
      proxy: { certificate: await makeCertificate() },
    });
    expect(codes(findings)).toEqual(['certificate_refused', 'proxy_mode_off']);
    expect(findings.find(({ code }) => code === 'certificate_refused')?.seen).toMatch(
      /, a certificate until .* \(1 days\): DEPTH_ZERO_SELF_SIGNED_CERT/,
    );
    expect(findings.find(({ subject }) => subject === 'HTTP/2')?.severity).toBe('fine');
  });
});

describe('The doctor, behind an nginx that was changed, finds', () => {
  it.each([
    ['no upgrade', 'no_upgrade', without(/proxy_set_header Upgrade .*;/, "proxy_set_header Upgrade '';")],
    ['a buffer', 'buffered', without(/proxy_buffering off;/, 'gzip on; gzip_types application/json;')],
    ['a time-out', 'time_out', without(/proxy_read_timeout 90s;/, 'proxy_read_timeout 2s;')],
    ['missing headers', 'forwarded_missing', without(/proxy_set_header X-Forwarded-.*;/)],
    [
      'headers that a browser may set',
      'forwarded_believed',
      {
        change: (config: string) =>
          `${KEPT}${config.replaceAll('X-Forwarded-Host $http_host', 'X-Forwarded-Host $kept')}`,
      },
    ],
    [
      'sockets that go to Odoo',
      'sockets_to_odoo',
      without(/http:\/\/web_socketio_sidecar;/, 'http://web_socketio_odoo;'),
    ],
    ['two sidecars in turn', 'not_sticky', without(/hash \$web_socketio_page consistent;/)],
    ['a small limit of bodies', 'body_limited', without(/client_max_body_size 128m;/)],
    ['a small limit of headers', 'header_limited', without(/large_client_header_buffers 4 64k;/)],
    ['cookies for the sidecar', 'cookies_forwarded', without(/proxy_set_header Cookie .*;/)],
    [
      'inner paths that are open',
      'inner_paths_open',
      without(
        /location \/ \{/,
        'location /metrics { proxy_pass http://web_socketio_sidecar; }\nlocation / {',
      ),
    ],
    [
      'a link of Python workers that is open',
      'link_open',
      {
        change: (config: string) => `${config.replace('location / {', `${LINK_LOCATION}\n    location / {`)}`,
      },
    ],
  ])('%s', async (_, code, proxy) => {
    const findings = await look(startNginx, { sidecars: code === 'not_sticky' ? 2 : 1, proxy });
    expect(codes(findings)).toContain(code);
    // Nothing is left out without a word.
    expect(codes(findings).includes('sockets_first')).toBe(code === 'sockets_to_odoo');
    const found = findings.find((finding) => finding.code === code);
    expect(found && remedyOf(found, null)?.lines?.nginx.length).toBeGreaterThan(0);
  });
});
