import { SidecarProcess } from '../../../support/sidecar/sidecar-process.ts';
import { COLLECTOR, readMemory } from '../../servers/server.ts';
import type { BusServer } from './bus-server.ts';
import type { OdooFolder } from './odoo-folder.ts';
import type { OdooServer } from './odoo-server.ts';

/** The built sidecar as users run it. What Odoo's HTTP workers do for it counts as its own. */
export class BusSidecar implements BusServer {
  readonly name = 'sidecar';
  readonly application = 'web_socketio';
  readonly #odoo: OdooServer;
  readonly #process: SidecarProcess;

  constructor({ configFile, database }: OdooFolder, odoo: OdooServer, nodeArgs: readonly string[] = []) {
    this.#odoo = odoo;
    this.#process = new SidecarProcess({
      configFile,
      databases: [database],
      nodeArgs: [...COLLECTOR, ...nodeArgs],
    });
  }

  get url(): string {
    return this.#process.url;
  }

  get log(): string {
    return this.#process.log;
  }

  async start(): Promise<void> {
    await this.stop();
    await this.#process.start();
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  async processes(): Promise<readonly number[]> {
    return [this.#process.pid, ...(await this.#odoo.readHttpProcesses())];
  }

  readMemory(): Promise<number> {
    return readMemory({ pid: this.#process.pid });
  }
}
