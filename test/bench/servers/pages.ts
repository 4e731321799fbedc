import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Worker } from '../../support/process/worker.ts';
import { Arrival } from '../arrival.ts';

const PROCESSES = 2;
const SILENCE_MS = 60_000;

export interface Connect {
  readonly url: string;
  readonly auths: readonly object[];
  /** Emitted when connected, so that the server begins to listen; null if it does so by itself. */
  readonly event: string | null;
  /** How many pages get each message; null if all of them. */
  readonly copies: 1 | null;
  /** Do they keep their positions, to come back to them? */
  readonly keeps: boolean;
}

/** What a process of pages is told. */
export interface Command {
  /** To open pages. */
  readonly connect?: Connect;
  /** To open all its pages again, at this address. */
  readonly again?: string;
  /** Their server may end now. */
  readonly away?: true;
}

const Report = z.union([
  z.object({ started: z.literal(true) }),
  z.object({ connected: z.number() }),
  z.object({ disconnected: z.literal(true) }),
  z.object({ away: z.literal(true) }),
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

  /**
   * @param copies how many pages get each message; null if all of them
   * @param file what runs in each of the processes
   */
  static async start(
    copies: Connect['copies'],
    file = new URL('page-process.ts', import.meta.url),
  ): Promise<Pages> {
    const workers = Array.from({ length: PROCESSES }, () => new Worker(file, {}));
    await Promise.all(workers.map((worker) => worker.next()));
    return new Pages(workers, copies);
  }

  /**
   * Opens one page for each proof, as fast as the server takes them.
   *
   * @param keeps whether they keep their positions, to come back to them
   * @returns when the last one was connected and listened to
   */
  async connect(url: string, auths: readonly object[], event: string | null, keeps = false): Promise<number> {
    const size = Math.ceil(auths.length / PROCESSES);
    return this.#connected((index) => {
      const part = auths.slice(index * size, (index + 1) * size);
      return { connect: { url, auths: part, event, copies: this.#copies, keeps } };
    });
  }

  /** Opens all pages again, each from where it was. @returns when the last one was connected and listened to */
  async comeBack(url: string): Promise<number> {
    return this.#connected(() => ({ again: url }));
  }

  /** Their server may end from now on. */
  async expectEnd(): Promise<void> {
    await this.#tell(() => ({ away: true }));
  }

  /** Closes all pages. */
  async disconnect(): Promise<void> {
    await this.#tell(() => ({}));
  }

  /**
   * Waits until every page that a message is for has it, for each of these messages. One that is lost fails the run.
   *
   * @param silenceMs lost is what has not come when none of them has arrived for so long
   * @returns when the last page had it, by message
   */
  async waitFor(numbers: readonly number[], silenceMs = SILENCE_MS): Promise<Map<number, number>> {
    const processes = this.#copies === null ? PROCESSES : 1;
    const isMissing = (number: number) => this.#arrived.get(number)?.processes !== processes;
    let missing = numbers;
    let heard = performance.now();
    for (;;) {
      this.check();
      const still = missing.filter(isMissing);
      if (still.length === 0) break;
      if (still.length < missing.length) heard = performance.now();
      missing = still;
      if (performance.now() > heard + silenceMs)
        throw new Error(
          `${missing.length} of ${numbers.length} messages did not arrive at every page they are for, such as number ${missing[0]}.`,
        );
      await sleep(5);
    }
    return new Map(numbers.map((number) => [number, this.#arrived.get(number)?.last ?? 0]));
  }

  /** Throws if a page was disconnected, or got a message twice. */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  async #connected(commandFor: (process: number) => Command): Promise<number> {
    const answers = await this.#tell(commandFor);
    return Math.max(...answers.map((answer) => z.object({ connected: z.number() }).parse(answer).connected));
  }

  /** @returns what each of the processes answers */
  #tell(commandFor: (process: number) => Command): Promise<unknown[]> {
    return Promise.all(
      this.#workers.map((worker, index) => {
        const answer = this.#answerOf(worker);
        worker.send(commandFor(index));
        return answer;
      }),
    );
  }

  /** The next thing that a process says beside what arrives meanwhile. */
  #answerOf({ events }: Worker): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const hear = (message: unknown) => {
        const report = Report.parse(message);
        if ('arrivals' in report) return;
        events.off('message', hear);
        if ('failed' in report) reject(new Error(report.failed));
        else resolve(report);
      };
      events.on('message', hear);
    });
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
