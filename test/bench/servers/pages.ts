import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Worker } from '../../support/process/worker.ts';

const PROCESSES = 2;
const ARRIVAL_TIMEOUT_MS = 60_000;

export interface Connect {
  readonly url: string;
  readonly auths: readonly object[];
  /** Emitted when connected, so that the server begins to listen; null if it does so by itself. */
  readonly event: string | null;
  /** How many pages get each message; null if all of them. */
  readonly copies: 1 | null;
}

/** What a process of pages is told: to open these pages, or to close all it has. */
export type Command = { readonly connect?: Connect };

const Arrival = z.object({ number: z.number(), at: z.number() });
const Report = z.union([
  z.object({ started: z.literal(true) }),
  z.object({ connected: z.number() }),
  z.object({ disconnected: z.literal(true) }),
  z.object({ arrivals: z.array(Arrival) }),
  z.object({ failed: z.string() }),
]);
export type Report = z.infer<typeof Report>;

interface Arrived {
  processes: number;
  last: number;
}

/** The browser's side of one server under test: sockets in processes of their own. */
export class Pages {
  readonly #workers: readonly Worker[];
  readonly #copies: Connect['copies'];
  readonly #arrived = new Map<number, Arrived>();
  #failure: Error | null = null;

  private constructor(workers: readonly Worker[], copies: Connect['copies']) {
    this.#workers = workers;
    this.#copies = copies;
    for (const { events } of workers) events.on('message', (message) => this.#note(Report.parse(message)));
  }

  /** @param copies how many pages get each message; null if all of them */
  static async start(copies: Connect['copies']): Promise<Pages> {
    const workers = Array.from(
      { length: PROCESSES },
      () => new Worker(new URL('page-process.ts', import.meta.url), {}),
    );
    await Promise.all(workers.map((worker) => worker.next()));
    return new Pages(workers, copies);
  }

  /**
   * Opens one page for each proof, as fast as the server takes them.
   * @returns when the last one was connected and listened to
   */
  async connect(url: string, auths: readonly object[], event: string | null): Promise<number> {
    const size = Math.ceil(auths.length / PROCESSES);
    const times = this.#workers.map(async (worker, index) => {
      const part = auths.slice(index * size, (index + 1) * size);
      const answer = worker.next();
      worker.send({ connect: { url, auths: part, event, copies: this.#copies } });
      const { connected } = z.object({ connected: z.number() }).parse(await answer);
      return connected;
    });
    return Math.max(...(await Promise.all(times)));
  }

  async disconnect(): Promise<void> {
    await Promise.all(
      this.#workers.map((worker) => {
        const answer = worker.next();
        worker.send({});
        return answer;
      }),
    );
  }

  /**
   * Waits until every page that a message is for has it, for each of these messages. One that is lost fails the run.
   * @returns when the last page had it, by message
   */
  async waitFor(numbers: readonly number[]): Promise<Map<number, number>> {
    const processes = this.#copies === null ? PROCESSES : 1;
    const deadline = performance.now() + ARRIVAL_TIMEOUT_MS;
    const arrived = (number: number) => this.#arrived.get(number)?.processes === processes;
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      if (numbers.every(arrived)) break;
      if (performance.now() > deadline) {
        const missing = numbers.filter((number) => !arrived(number));
        throw new Error(
          `${missing.length} of ${numbers.length} messages did not arrive at every page they are for.`,
        );
      }
      await sleep(5);
    }
    return new Map(numbers.map((number) => [number, this.#arrived.get(number)?.last ?? 0]));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  #note(report: Report): void {
    if ('failed' in report) this.#failure ??= new Error(report.failed);
    if (!('arrivals' in report)) return;
    for (const { number, at } of report.arrivals) {
      const { processes, last } = this.#arrived.get(number) ?? { processes: 0, last: 0 };
      this.#arrived.set(number, { processes: processes + 1, last: Math.max(at, last) });
    }
  }
}
