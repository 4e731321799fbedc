import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Worker } from '../../../support/process/worker.ts';
import { Arrival } from '../../arrival.ts';

/** What the process of browsers is told to do. */
export type Command =
  | { readonly open: Opening }
  | { readonly close: true }
  /** How many browsers have a notification. */
  | { readonly count: number };

export interface Opening {
  /** `ws://127.0.0.1:8072/websocket?version=19.0-2` */
  readonly url: string;
  readonly origin: string;
  /** The session of each. */
  readonly sessions: readonly string[];
  /** The id of the last notification that each of them has. */
  readonly last: number;
  /** The numbers of those that all of them missed, in their order: a browser is back when it has them. */
  readonly missed: readonly number[];
  /** How many connect at the same time. */
  readonly atOnce: number;
}

/** The channel that all browsers hear, and the one of each. */
export const ALL = 'web_socketio_bench';
export const channelOf = (browser: number) => `web_socketio_bench_${browser}`;

const Report = z.union([
  z.object({ started: z.literal(true) }),
  z.object({ opened: z.object({ ms: z.number(), retries: z.number() }) }),
  z.object({ closed: z.literal(true) }),
  z.object({ counted: z.number() }),
  z.object({ arrivals: z.array(Arrival) }),
  z.object({ failed: z.string() }),
]);
export type Report = z.infer<typeof Report>;

const POLL_MS = 5;

/** Browsers with Odoo's bus, without anything else of them, in a process of their own. Whoever starts them stops them. */
export class Browsers {
  readonly #worker: Worker;
  readonly #arrived = new Map<number, number>();
  #failure: Error | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.events.on('message', (message) => this.#note(Report.parse(message)));
  }

  static async start(): Promise<Browsers> {
    const worker = new Worker(new URL('browser-process.ts', import.meta.url), {});
    await worker.next();
    return new Browsers(worker);
  }

  /** @returns how long until the last one was back, in milliseconds, and how often one had to try again */
  async open(opening: Opening): Promise<{ readonly ms: number; readonly retries: number }> {
    return (await this.#ask({ open: opening }, 'opened')).opened;
  }

  async close(): Promise<void> {
    await this.#ask({ close: true }, 'closed');
  }

  /** How many browsers have a notification. */
  async count(number: number): Promise<number> {
    return (await this.#ask({ count: number }, 'counted')).counted;
  }

  /**
   * Waits until every browser that they are for has these notifications.
   * @returns when the last one had each of them, or null if that takes too long
   */
  async waitFor(numbers: readonly number[], timeoutMs: number): Promise<Map<number, number> | null> {
    const deadline = performance.now() + timeoutMs;
    while (!numbers.every((number) => this.#arrived.has(number))) {
      if (this.#failure !== null) throw this.#failure;
      if (performance.now() > deadline) return null;
      await sleep(POLL_MS);
    }
    return new Map(numbers.map((number) => [number, this.#arrived.get(number) ?? 0]));
  }

  get pid(): number {
    return this.#worker.pid;
  }

  async stop(): Promise<void> {
    await this.#worker.stop();
  }

  /** Sends a command, and waits for the report that has this field. */
  async #ask<Field extends string>(
    command: Command,
    field: Field,
  ): Promise<Extract<Report, Record<Field, unknown>>> {
    const isAnswer = (report: Report): report is Extract<Report, Record<Field, unknown>> => field in report;
    this.#worker.send(command);
    for (;;) {
      const [message] = await once(this.#worker.events, 'message');
      const report = Report.parse(message);
      if ('failed' in report) throw new Error(report.failed);
      if (isAnswer(report)) return report;
    }
  }

  #note(report: Report): void {
    if ('failed' in report) this.#failure ??= new Error(report.failed);
    if (!('arrivals' in report)) return;
    for (const { number, at } of report.arrivals) this.#arrived.set(number, at);
  }
}
