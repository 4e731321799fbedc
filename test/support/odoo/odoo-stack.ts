import { type Chromium, openChromium } from '../browser/chromium.ts';
import { freePort } from '../process/free-port.ts';
import type { Program } from '../process/program.ts';
import { startNginx } from '../proxy/nginx.ts';
import type { ReverseProxy } from '../proxy/reverse-proxy.ts';
import { SidecarProcess } from '../sidecar/sidecar-process.ts';
import { type Odoo, startInstalledOdoo } from './odoo.ts';

/** Everything a user's browser needs, each part the real one. */
export interface OdooStack {
  readonly odoo: Odoo;
  readonly sidecar: Program;
  readonly sidecarUrl: string;
  /** Can be stopped, and started again where it was. */
  readonly sidecarProcess: SidecarProcess;
  readonly nginx: ReverseProxy;
  readonly chromium: Chromium;
  stop(): Promise<void>;
}

/** PostgreSQL, Odoo, the built sidecar, nginx in front of both, and Chromium. Whoever starts it stops it. */
export function startOdooStack(
  modules: readonly string[],
  addonsPaths: readonly string[] = [],
): Promise<OdooStack> {
  return startStackAround(() => startInstalledOdoo({ modules, addonsPaths }));
}

/** The same around an Odoo that is started in another way. */
export async function startStackAround(start: () => Promise<Odoo>): Promise<OdooStack> {
  const releases: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  try {
    const odoo = await start();
    releases.push(() => odoo.stop());
    // The database, PostgreSQL, the addons path and Odoo's port are those of Odoo's own configuration file.
    const sidecar = new SidecarProcess({
      configFile: odoo.configFile,
      port: await freePort(),
      // Nginx sends it Odoo's bus, by which a page says that its user is away: without that, no screen is ever locked.
      env: { WEB_SOCKETIO_EVENTED_URL: odoo.url },
    });
    releases.push(() => sidecar.stop());
    await sidecar.start();
    const sidecarUrl = sidecar.url;
    const nginx = await startNginx({ odoo: odoo.url, sidecar: sidecarUrl });
    releases.push(() => nginx.stop());
    const chromium = await openChromium();
    releases.push(() => chromium.close());
    return { odoo, sidecar: sidecar.program, sidecarUrl, sidecarProcess: sidecar, nginx, chromium, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
