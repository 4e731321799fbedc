import { setTimeout } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { Worker } from '../../support/process/worker.ts';
import type { BenchDatabase } from '../servers/bench-database.ts';

const TIMEOUT_MS = 60_000;
/** Well below the events a second that one socket may send. */
const ASK_MS = 50;
const Written = z.object({ commits: z.number(), ms: z.number() });

/** One database with its writers, and a socket that asks the sidecar how much it has read of it. */
export class CommitRateVariant {
  /** Commits a second, of each round. */
  readonly rates: number[] = [];
  readonly #name: string;
  readonly #url: string;
  readonly #writer: Worker;
  readonly #socket: Socket;
  #commits = 0;

  private constructor(database: BenchDatabase, url: string, token: string, writers: number) {
    this.#name = database.name;
    this.#url = url;
    this.#writer = new Worker(new URL('commit-rate-writer.ts', import.meta.url), {
      config: database.config,
      writers,
    });
    this.#socket = io(`${url}/bench`, { auth: { db: database.name, token }, forceNew: true });
  }

  static async open(database: BenchDatabase, url: string, writers: number): Promise<CommitRateVariant> {
    const [token = ''] = await database.addTokens(1);
    const variant = new CommitRateVariant(database, url, token, writers);
    await variant.#writer.next();
    await variant.#socket.emitWithAck('count');
    return variant;
  }

  /** Writes in bursts, each of which begins at rest, and adds their rate. A message that is lost fails the run. */
  async measure(bursts: number, seconds: number): Promise<void> {
    let [commits, ms] = [0, 0];
    for (let burst = 0; burst < bursts; burst += 1) {
      await this.#rest();
      const answer = this.#writer.next();
      this.#writer.send({ seconds });
      const written = Written.parse(await answer);
      commits += written.commits;
      ms += written.ms;
      this.#commits += written.commits;
      await this.#checkRead();
    }
    this.rates.push((commits / ms) * 1000);
  }

  async stop(): Promise<void> {
    this.#socket.disconnect();
    await this.#writer.stop();
  }

  /** Waits until the sidecar waits for a wake-up: what it has seen of the burst before is over. */
  async #rest(): Promise<void> {
    const armed = `web_socketio_wake_up_armed{db="${this.#name}"} 1`;
    await this.#until('the sidecar armed no wake-up', async () =>
      (await (await fetch(`${this.#url}/metrics`)).text()).includes(armed),
    );
  }

  async #checkRead(): Promise<void> {
    await this.#until(
      `not all of ${this.#commits} messages were read`,
      async () => (await this.#socket.emitWithAck('count')) === this.#commits,
    );
  }

  async #until(failure: string, condition: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error(`After ${TIMEOUT_MS / 1000} s ${failure}.`);
      await setTimeout(ASK_MS);
    }
  }
}
