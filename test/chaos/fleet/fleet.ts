import { onTestFinished } from 'vitest';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { Worker } from '../../support/process/worker.ts';
import type { PageBehaviour } from './client-page.ts';
import type { Channel, PageRecord } from './page-record.ts';

/** What a process of pages may be asked. */
export type Ask = 'summary' | 'records' | 'cure';

export interface Summary {
  readonly connected: number;
  /** The number of different messages in the page that has fewest. */
  readonly least: Readonly<Record<Channel, number>>;
  /** How many messages of the queue handlers have taken, in all pages. */
  readonly queued: number;
  /** How many pages were told to load their data again. */
  readonly resynced: number;
}

export interface FleetOptions extends PageBehaviour {
  readonly pages: number;
  readonly processes?: number;
}

/** Many pages, in processes of their own. */
export class Fleet {
  readonly size: number;
  readonly channels: readonly Channel[];
  readonly #workers: readonly Worker[];

  private constructor(size: number, channels: readonly Channel[], workers: readonly Worker[]) {
    this.size = size;
    this.channels = channels;
    this.#workers = workers;
  }

  /** Opens pages, and waits until all of them are connected. They end with the test. */
  static async open(
    { config }: Pick<TestDatabase, 'config'>,
    { pages, processes = 1, ...behaviour }: FleetOptions,
  ): Promise<Fleet> {
    const count = Math.ceil(pages / processes);
    const file = new URL('fleet-process.ts', import.meta.url);
    const workers = Array.from({ length: processes }, () => new Worker(file, { config, behaviour, count }));
    onTestFinished(async () => void (await Promise.all(workers.map((worker) => worker.stop()))));
    await Promise.all(workers.map((worker) => worker.next()));
    return new Fleet(count * processes, behaviour.channels, workers);
  }

  async summary(): Promise<Summary> {
    return add(await this.#ask<Summary>('summary'));
  }

  async records(): Promise<PageRecord[]> {
    return (await this.#ask<PageRecord[]>('records')).flat();
  }

  /** From now on handlers take poisoned messages, too. */
  async cure(): Promise<void> {
    await this.#ask<Summary>('cure');
  }

  #ask<T>(ask: Ask): Promise<T[]> {
    return Promise.all(
      this.#workers.map(async (worker) => {
        const answer = worker.next();
        worker.send({ ask });
        return (await answer) as T;
      }),
    );
  }
}

function add(summaries: readonly Summary[]): Summary {
  const sum = (field: 'connected' | 'resynced' | 'queued') =>
    summaries.reduce((total, summary) => total + summary[field], 0);
  const least = (channel: Channel) => Math.min(...summaries.map((summary) => summary.least[channel]));
  return {
    connected: sum('connected'),
    least: { each: least('each'), queue: least('queue'), flood: least('flood') },
    queued: sum('queued'),
    resynced: sum('resynced'),
  };
}
