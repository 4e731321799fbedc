import { fileURLToPath } from 'node:url';
import { type Chromium, openChromium } from '../browser/chromium.ts';
import { startPostgres } from '../postgres/postgres.ts';
import { ServerProcess } from '../process/server-process.ts';
import { startNginx } from '../proxy/nginx.ts';
import type { ReverseProxy } from '../proxy/reverse-proxy.ts';
import { type Odoo, startOdoo } from './odoo.ts';

const MAIN = fileURLToPath(new URL('../../../sidecar/dist/main.js', import.meta.url));

/** Everything a user's browser needs, each part the real one. */
export interface OdooStack {
  readonly odoo: Odoo;
  readonly sidecar: ServerProcess;
  readonly sidecarUrl: string;
  readonly nginx: ReverseProxy;
  readonly chromium: Chromium;
  stop(): Promise<void>;
}

/** PostgreSQL, Odoo, the built sidecar, nginx in front of both, and Chromium. Whoever starts it stops it. */
export function startOdooStack(
  modules: readonly string[],
  addonsPaths: readonly string[] = [],
): Promise<OdooStack> {
  return startStackAround(async (register) => {
    const postgres = await startPostgres(15);
    register(() => postgres.stop());
    return await startOdoo({ postgres, modules, addonsPaths });
  });
}

/** The same around an Odoo that is started in another way. @param start registers how to end what it starts besides */
export async function startStackAround(
  start: (register: (release: () => Promise<void>) => void) => Promise<Odoo>,
): Promise<OdooStack> {
  const releases: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  try {
    const odoo = await start((release) => releases.push(release));
    releases.push(() => odoo.stop());
    // The database, PostgreSQL, the addons path and Odoo's port are those of Odoo's own configuration file.
    const sidecar = new ServerProcess({
      command: process.execPath,
      args: [MAIN, '-c', odoo.configFile, '-p', '0'],
      cwd: '/',
    });
    releases.push(() => sidecar.stop());
    await sidecar.waitForLine(/Connected to PostgreSQL/);
    const line = await sidecar.waitForLine(/Listening on/);
    const sidecarUrl = /http:\S+/.exec(line)?.[0];
    if (sidecarUrl === undefined) throw new Error(`The sidecar's line '${line}' names no address.`);
    const nginx = await startNginx({ odoo: odoo.url, sidecar: sidecarUrl });
    releases.push(() => nginx.stop());
    const chromium = await openChromium();
    releases.push(() => chromium.close());
    return { odoo, sidecar, sidecarUrl, nginx, chromium, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
