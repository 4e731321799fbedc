import type { Arrival } from '../delivery/arrival.ts';
import type { ChannelModes } from '../delivery/channel-modes.ts';
import type { DatabaseOptions } from './database-options.ts';
import type { DatabaseReport } from './database-report.ts';

/** Anybody who can write a row can name a channel: so many are named in the log. */
const MOST = 100;

/** What is asked of the database. */
export interface UnheardDatabase {
  readonly modes: ChannelModes;
  isInstalled(addon: string): boolean;
  /** Reads the list of installed addons. @param freshMs how old it may be */
  refreshModules(freshMs: number): Promise<void>;
}

/**
 * Tells of the channels of one database that nobody can read: mostly a name that is written in two ways, or an addon that
 * was not ported. Of each once.
 */
export class UnheardChannels {
  readonly #database: UnheardDatabase;
  readonly #options: DatabaseOptions;
  readonly #report: DatabaseReport;
  readonly #seen = new Set<string>();

  constructor(database: UnheardDatabase, options: DatabaseOptions, report: DatabaseReport) {
    this.#database = database;
    this.#options = options;
    this.#report = report;
  }

  /** Messages have come for which no installed addon seems to have an adapter. */
  see(arrivals: readonly Arrival[]): void {
    const fresh = new Set(
      arrivals.map(({ message }) => message.channel).filter((one) => !this.#seen.has(one)),
    );
    for (const channel of fresh) {
      if (this.#seen.size < MOST) this.#seen.add(channel);
      else fresh.delete(channel);
    }
    if (fresh.size > 0) void this.#look(fresh);
  }

  async #look(channels: ReadonlySet<string>): Promise<void> {
    try {
      // An addon may have been installed a moment ago.
      await this.#database.refreshModules(0);
    } catch {
      // PostgreSQL is away, which is said elsewhere: the next message shows whether it is so.
      for (const channel of channels) this.#seen.delete(channel);
      return;
    }
    const { modes } = this.#database;
    const { registry, nameSpaceAddons, retention } = this.#options;
    for (const channel of channels) {
      // Should its addon be uninstalled later, that is news.
      if (modes.get(channel) !== undefined) {
        this.#seen.delete(channel);
        continue;
      }
      const missing = registry.adapters.of(channel).map(({ addon }) => addon);
      const possible = nameSpaceAddons().filter((addon) => this.#database.isInstalled(addon));
      this.#report.unheard({ channel, missing, possible }, retention.queueHours);
    }
  }
}
