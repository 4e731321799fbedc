import { readFile } from 'node:fs/promises';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { now } from '../clock.ts';
import { PostgresWatch } from '../odoo/servers/postgres-watch.ts';
import { readMainThreadTime, readProcessorTime } from '../odoo/servers/processor-time.ts';
import type { Reading } from './load.ts';

type Shares = Pick<Reading, 'loop' | 'sidecar' | 'postgres' | 'machine'>;

/** The ticks in which all cores were busy, and all ticks. */
async function readCores(): Promise<{ busy: number; all: number }> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, ...others] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + others.slice(0, 3).reduce((sum, ticks) => sum + ticks, 0);
  return { busy, all: busy + idle + wait };
}

/** Who uses how much of the processors. Whoever starts it stops it. */
export class Gauge {
  readonly #pid: number;
  readonly #postgres: PostgresWatch;

  private constructor(pid: number, postgres: PostgresWatch) {
    this.#pid = pid;
    this.#postgres = postgres;
  }

  /** @param pid the sidecar's */
  static async start(pid: number, address: PostgresAddress): Promise<Gauge> {
    return new Gauge(pid, await PostgresWatch.start(address));
  }

  /** What was used while some work was done. */
  async during(work: () => Promise<void>): Promise<Shares> {
    const before = await this.#read();
    await work();
    const after = await this.#read();
    const share = (name: 'loop' | 'sidecar' | 'postgres') =>
      (after[name] - before[name]) / (after.at - before.at);
    const machine = (after.busy - before.busy) / Math.max(1, after.all - before.all);
    return { loop: share('loop'), sidecar: share('sidecar'), postgres: share('postgres'), machine };
  }

  async stop(): Promise<void> {
    await this.#postgres.stop();
  }

  async #read() {
    const loop = await readMainThreadTime(this.#pid);
    const sidecar = await readProcessorTime(this.#pid);
    return { at: now(), loop, sidecar, postgres: await this.#postgres.readTime(), ...(await readCores()) };
  }
}
