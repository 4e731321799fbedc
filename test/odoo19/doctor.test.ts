import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { lookAtBus } from '../../sidecar/src/doctor/outside/bus.ts';
import { lookFromOutside } from '../../sidecar/src/doctor/outside/outside.ts';
import { Visitor } from '../../sidecar/src/doctor/outside/visitor.ts';
import { type Odoo, startInstalledOdoo } from '../support/odoo/odoo.ts';
import { freePort } from '../support/process/free-port.ts';
import { startNginx } from '../support/proxy/nginx.ts';
import { SidecarProcess } from '../support/sidecar/sidecar-process.ts';

let odoo: Odoo;
let sidecar: SidecarProcess;
let evented: string;
let nowhere: string;

beforeAll(async () => {
  const port = await freePort();
  [evented, nowhere] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${await freePort()}`];
  const more = { workers: '2', max_cron_threads: '0', gevent_port: `${port}`, proxy_mode: 'True' };
  odoo = await startInstalledOdoo({ modules: ['web_socketio'], more });
  sidecar = new SidecarProcess({ configFile: odoo.configFile });
  await sidecar.start();
});

afterAll(async () => {
  await sidecar?.stop();
  await odoo?.stop();
});

/** The nginx of this repository, with `/websocket` as its comment says it for an Odoo without a sidecar on that path. */
async function startAround(odooEvented: string): Promise<string> {
  const { url, stop } = await startNginx({
    ...{ odoo: odoo.url, sidecar: sidecar.url, odooEvented },
    change: (config) =>
      config.replace('proxy_pass http://web_socketio_bus;', 'proxy_pass http://web_socketio_odoo_evented;'),
  });
  onTestFinished(stop);
  return url;
}

const { signal } = new AbortController();

it('finds nothing to complain about in workers whose evented port gets /websocket', async () => {
  const url = new URL(await startAround(evented));
  await expect
    .poll(() => lookAtBus(new Visitor(url, signal)))
    .toEqual(
      expect.objectContaining({
        severity: 'fine',
        seen: expect.stringMatching(/a WebSocket comes through$/),
      }),
    );
  const { findings } = await lookFromOutside(url, { signal, silentSeconds: 1, progress: () => undefined });
  expect(findings.filter(({ severity }) => severity !== 'fine')).toEqual([]);
});

it.each([
  ['a worker of HTTP', () => odoo.url, /answers 500 and not 101$/],
  ['a port where nobody is', () => nowhere, /answers 502: it cannot reach who is to serve it$/],
])('says that the evented port is missing where /websocket goes to %s', async (_, whither, seen) => {
  const url = new URL(await startAround(whither()));
  const { findings } = await lookFromOutside(url, { signal, silentSeconds: 1, progress: () => undefined });
  expect(findings.filter(({ severity }) => severity !== 'fine')).toEqual([
    {
      subject: '/websocket',
      severity: 'problem',
      code: 'evented_missing',
      seen: expect.stringMatching(seen),
    },
  ]);
});
