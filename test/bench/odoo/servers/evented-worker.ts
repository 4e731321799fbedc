import type { BusServer } from './bus-server.ts';
import type { OdooServer } from './odoo-server.ts';
import { readResident } from './processor-time.ts';

/** Odoo's own server of its bus. It runs as long as Odoo does, and costs nothing while nobody is connected. */
export class EventedWorker implements BusServer {
  readonly name = 'evented worker';
  readonly #odoo: OdooServer;
  #pid = 0;

  constructor(odoo: OdooServer) {
    this.#odoo = odoo;
  }

  get url(): string {
    return this.#odoo.eventedUrl;
  }

  get application(): string {
    return `odoo-${this.#pid}`;
  }

  async start(): Promise<void> {
    await this.#odoo.renewEventedWorker();
    this.#pid = await this.#odoo.readEventedProcess();
  }

  async stop(): Promise<void> {
    // Odoo stops it.
  }

  async processes(): Promise<readonly number[]> {
    return [this.#pid];
  }

  readMemory(): Promise<number> {
    return readResident(this.#pid);
  }
}
