import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { type Odoo, startInstalledOdoo } from '../../support/odoo/odoo.ts';
import { LAUNCHER } from '../../support/odoo/odoo-python.ts';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { freePort } from '../../support/process/free-port.ts';
import type { Program } from '../../support/process/program.ts';
import { makeServerFolder } from '../../support/process/server-folder.ts';
import { launchServer } from '../../support/process/server-launch.ts';
import { startNginx } from '../../support/proxy/nginx.ts';
import { SidecarProcess } from '../../support/sidecar/sidecar-process.ts';

/** How long the impatient servers keep a socket, at least; Odoo takes up to half as much more. */
export const IMPATIENCE_S = 2;

/** One of the two that serve `/websocket` of the same Odoo, and how browsers reach it: through nginx. */
export interface BusServer {
  readonly url: string;
  /** One that closes sockets after `IMPATIENCE_S`. */
  readonly impatientUrl: string;
  readonly program: Program;
}

/** A real Odoo with Discuss and live chat, its evented worker, and a sidecar. */
export interface BusStage {
  readonly odoo: Odoo;
  readonly postgres: PostgresAddress;
  readonly evented: BusServer;
  readonly sidecar: BusServer;
  stop(): Promise<void>;
}

const ADDONS = fileURLToPath(new URL('../addons', import.meta.url));
const MODULES = ['web_socketio_bus', 'im_livechat', 'web_socketio_test_discuss'];
/** As a page of another site is served: as a visitor. Without it, Odoo believes its cookies. */
const ENVIRONMENT = { ODOO_BUS_PUBLIC_SAMESITE_WS: 'True' };

/** Starts all of it, each part the real one. Whoever starts it stops it. */
export async function startBusStage(): Promise<BusStage> {
  const releases: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  const own = <T>(resource: T, release: () => Promise<void>): T => {
    releases.push(release);
    return resource;
  };
  try {
    const eventedPort = await freePort();
    const odoo = await startInstalledOdoo({
      modules: MODULES,
      addonsPaths: [ADDONS],
      env: ENVIRONMENT,
      more: { workers: '2', max_cron_threads: '1', gevent_port: `${eventedPort}` },
    });
    own(odoo, () => odoo.stop());
    await odoo.server.waitForLine(/Evented Service \(longpolling\) running/);
    const impatient = await startImpatientOdoo(odoo);
    own(impatient, impatient.stop);
    const sidecarOf = async (configFile: string) => {
      const sidecar = new SidecarProcess({ configFile });
      own(sidecar, () => sidecar.stop());
      await sidecar.start();
      return sidecar;
    };
    const sidecar = await sidecarOf(odoo.configFile);
    const impatientSidecar = await sidecarOf(impatient.configFile);
    const proxy = async (odooEvented: string, change: (config: string) => string) => {
      const nginx = await startNginx({ odoo: odoo.url, odooEvented, sidecar: sidecar.url, change });
      return own(nginx, () => nginx.stop()).url;
    };
    return {
      odoo,
      postgres: inject('base').postgres,
      evented: {
        url: await proxy(`http://127.0.0.1:${eventedPort}`, toEventedWorker),
        impatientUrl: impatient.url,
        program: odoo.server,
      },
      sidecar: {
        // Nobody listens there: whatever still went to the evented worker would fail.
        url: await proxy(`http://127.0.0.1:${await freePort()}`, (config) => config),
        impatientUrl: impatientSidecar.url,
        program: sidecar.program,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The same database and sessions, served by another process that keeps no socket for long. */
async function startImpatientOdoo({ configFile }: Odoo) {
  const folder = await makeServerFolder('impatient');
  const ownFile = join(folder.path, 'odoo.conf');
  const text = await readFile(configFile, 'utf8');
  try {
    const { server, port } = await launchServer(async (port) => {
      const own = { http_port: port, workers: 0, max_cron_threads: 0 };
      await writeFile(
        ownFile,
        Object.entries({ ...own, websocket_keep_alive_timeout: IMPATIENCE_S }).reduce(
          (changed, [key, value]) =>
            `${changed.replace(new RegExp(`^${key} = .*\n`, 'm'), '')}${key} = ${value}\n`,
          text,
        ),
      );
      return {
        command: LAUNCHER,
        args: ['-c', ownFile],
        env: { HOME: folder.path, ...ENVIRONMENT },
        cwd: folder.path,
      };
    }, /odoo\.registry: Registry loaded in/);
    const stop = () => server.stop().finally(folder.remove);
    return { url: `http://127.0.0.1:${port}`, configFile: ownFile, stop };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** What the comment in nginx' configuration says to do without a sidecar. */
function toEventedWorker(config: string): string {
  const [from, to] = ['proxy_pass http://web_socketio_bus;', 'proxy_pass http://web_socketio_odoo_evented;'];
  if (!config.includes(from)) throw new Error(`The configuration of nginx has no '${from}'.`);
  return config.replace(new RegExp(`^ *${from}`, 'm'), to);
}
