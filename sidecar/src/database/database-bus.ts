import type { BusGateway } from '../bus/bus-gateway.ts';
import type { DatabaseCalls } from '../odoo/database-calls.ts';
import { HostRefusedError } from '../odoo/http/host-refused-error.ts';
import { PostgresBus, type PostgresBusOptions } from '../postgres/bus/postgres-bus.ts';
import type { DatabaseReport } from './database-report.ts';

/** The addon that makes Odoo's bus readable. */
const ADDON = 'web_socketio_bus';

/** With what the bus of a database is served. */
interface DatabaseBusOptions extends Pick<PostgresBusOptions, 'pool' | 'database' | 'wake'> {
  readonly report: DatabaseReport;
  readonly calls: DatabaseCalls;
  isInstalled(addon: string): boolean;
  /** Reads again what is installed. */
  refreshModules(freshMs: number): Promise<void>;
}

/** Odoo's bus in one database: its rows, and what Odoo says of those who listen. */
export class DatabaseBus {
  readonly source: PostgresBus;
  readonly #options: DatabaseBusOptions;

  constructor(options: DatabaseBusOptions) {
    this.#options = options;
    const { report } = options;
    this.source = new PostgresBus({
      ...options,
      wanted: () => options.isInstalled(ADDON),
      served: (isServed) => report.busServed(isServed),
      incomplete: () => this.#refresh(),
      refused: (error) => report.refused(error),
      ...report.about('bus'),
      missed: report.about('replays'),
    });
  }

  /** An addon was installed, updated or uninstalled, perhaps that of the bus. */
  changed(): void {
    this.source.lookAgain();
    this.#refresh();
  }

  async ask(...[origin, asks]: Parameters<BusGateway['askBus']>): ReturnType<BusGateway['askBus']> {
    const { failed, worked } = this.#options.report.about('bus_asks');
    try {
      const reply = await this.#options.calls.askBus(origin, asks);
      worked();
      return reply;
    } catch (error) {
      // Anybody can make up a host under which Odoo opens nothing: that is no trouble of the database.
      if (!(error instanceof HostRefusedError)) failed(error);
      throw error;
    }
  }

  /** Whoever waits for it sees what comes of it; that it failed is said by the database. */
  #refresh(): void {
    void this.#options.refreshModules(0).catch(() => undefined);
  }
}
