import { setTimeout } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { Worker } from '../../support/process/worker.ts';
import { median } from '../row.ts';
import type { BenchDatabase } from '../servers/bench-database.ts';
import type { CommitRateSetting } from './commit-rate-setting.ts';
import { SingleMessages } from './single-messages.ts';

const TIMEOUT_MS = 60_000;
/** Well below the events a second that one socket may send. */
const ASK_MS = 50;
/** How many single messages are sent at rest. */
const AT_REST = 15;
const Written = z.object({ commits: z.number(), ms: z.number() });

/** One database with its writers, and a socket that asks the sidecar how much it has read of it. */
export class CommitRateVariant {
  /** Commits a second, of each round. */
  readonly rates: number[] = [];
  /** Median milliseconds of single messages, of each round: beside the writers, and without them. */
  readonly latencies: number[] = [];
  readonly latenciesAtRest: number[] = [];
  readonly #name: string;
  readonly #url: string;
  readonly #writer: Worker;
  readonly #socket: Socket;
  readonly #singles: SingleMessages | null;
  #commits = 0;

  private constructor(
    { name, config }: BenchDatabase,
    url: string,
    token: string,
    { writers, twoPhase }: CommitRateSetting,
    singles: SingleMessages | null,
  ) {
    this.#name = name;
    this.#url = url;
    this.#singles = singles;
    this.#writer = new Worker(new URL('commit-rate-writer.ts', import.meta.url), {
      ...{ config, writers, twoPhase },
    });
    this.#socket = io(`${url}/bench`, { auth: { db: name, token }, forceNew: true });
  }

  static async open(
    database: BenchDatabase,
    url: string,
    setting: CommitRateSetting,
  ): Promise<CommitRateVariant> {
    const singles = setting.singles ? await SingleMessages.open(database, url) : null;
    const [token = ''] = await database.addTokens(1);
    const variant = new CommitRateVariant(database, url, token, setting, singles);
    await variant.#writer.next();
    await variant.#socket.emitWithAck('count');
    return variant;
  }

  /** Writes in bursts, each of which begins at rest, and adds their rate. A message that is lost fails the run. */
  async measure(bursts: number, seconds: number): Promise<void> {
    if (this.#singles !== null) this.latenciesAtRest.push(median(await this.#singles.send(AT_REST)));
    const latencies: number[] = [];
    let [commits, ms] = [0, 0];
    for (let burst = 0; burst < bursts; burst += 1) {
      await this.#rest();
      const answer = this.#writer.next();
      const singles = this.#singles?.sendWhile(answer);
      this.#writer.send({ seconds });
      const written = Written.parse(await answer);
      commits += written.commits;
      ms += written.ms;
      this.#commits += written.commits;
      await this.#checkRead();
      latencies.push(...((await singles) ?? []));
    }
    this.rates.push((commits / ms) * 1000);
    if (latencies.length > 0) this.latencies.push(median(latencies));
  }

  async stop(): Promise<void> {
    this.#socket.disconnect();
    await this.#singles?.stop();
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
    let read = 0;
    await this.#until(`not all of ${this.#commits} messages were read`, async () => {
      read = await this.#socket.emitWithAck('count');
      return read >= this.#commits;
    });
    if (read > this.#commits)
      throw new Error(`${read} messages were read of ${this.#commits}: some of them twice.`);
  }

  async #until(failure: string, condition: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error(`After ${TIMEOUT_MS / 1000} s ${failure}.`);
      await setTimeout(ASK_MS);
    }
  }
}
