import { SocketIOError } from './api/error.ts';
import type { Log } from './delivery/log.ts';
import type { EpochChange } from './postgres/epoch.ts';
import { nameFailure } from './postgres/failure.ts';
import type { DeadMessage } from './postgres/sidecar-table.ts';

const CHANGES: Readonly<Record<EpochChange, string>> = {
  elsewhere: 'The database is another one than before: a copy, a restored dump or a promoted standby.',
  back: 'PostgreSQL goes on from an earlier state than the one that was seen.',
  restarted: 'PostgreSQL was started again while no sidecar was there to see where it goes on.',
};

/** The same failure is logged again only so often. */
const REPEAT_MS = 60_000;

/** Failures that waiting for PostgreSQL does not cure: pages have nothing to be connected to. */
export const GONE: ReadonlySet<string> = new Set(['database_missing', 'module_missing', 'schema_version']);

/**
 * What is said of one database: in the log what happened and what to do, and nothing twice that would only fill it; to
 * those who ask, why it is not served.
 */
export class DatabaseReport {
  readonly #log: Log;
  readonly #name: string;
  #failure = { text: '', at: 0 };
  #conflicts = '';
  #wasConnected = false;
  #problem: SocketIOError | null;

  constructor(log: Log, name: string) {
    this.#log = log;
    this.#name = name;
    this.#problem = new SocketIOError('connecting', `'${name}' is being connected to for the first time.`);
  }

  /** Why it is not served now; null while its subscription reads. */
  get problem(): SocketIOError | null {
    return this.#problem;
  }

  /** Its subscription reads. @returns whether it did before */
  connected(): boolean {
    const isReturn = this.#wasConnected;
    this.#wasConnected = true;
    this.#problem = null;
    this.#failure = { text: '', at: 0 };
    this.#log.info(this.#name, isReturn ? 'Connected to PostgreSQL again' : 'Connected to PostgreSQL');
    return isReturn;
  }

  /** Positions, tokens and leases of before mean nothing any more. */
  changed(change: EpochChange): void {
    this.#log.warn(this.#name, `${CHANGES[change]} Pages load their data again.`);
  }

  /** What was leased in another time waits again. */
  released(count: number): void {
    if (count === 0) return;
    this.#log.info(this.#name, `${count} queue message(s) that were held in another time wait again`);
  }

  /** The subscription failed. @returns the failure by its name */
  failed(error: unknown, retryMs: number): SocketIOError {
    const problem = nameFailure(error, this.#name);
    this.#problem = problem;
    const text = this.#describe(problem);
    const now = performance.now();
    if (text === this.#failure.text && now - this.#failure.at < REPEAT_MS) return problem;
    this.#failure = { text, at: now };
    const next = `Next attempt in ${(retryMs / 1000).toFixed(1)} s, and so on until it works.`;
    this.#log.error(this.#name, `${text} ${next}`);
    return problem;
  }

  /** PostgreSQL's queue of notifications fills up. */
  unrung(): void {
    const text =
      "another program's connection listens and does not read, so that PostgreSQL's queue of notifications fills up.";
    this.#log.warn(
      this.#name,
      `notify_queue_full: ${text} Messages are read twenty times a second instead of at once, until there is room. It is one of those that idle longest: SELECT pid, application_name, datname FROM pg_stat_activity WHERE state LIKE 'idle%' ORDER BY state_change.`,
    );
  }

  /** Housekeeping failed; it is done again in a minute. */
  notCleaned(error: unknown): void {
    this.#log.warn(this.#name, this.#describe(error));
  }

  /** A row is no message. */
  refused({ code, message }: SocketIOError): void {
    this.#log.warn(this.#name, `${code}: ${message}`);
  }

  /** Messages of queues were deleted for their age. */
  aged(count: number): void {
    if (count === 0) return;
    this.#log.warn(this.#name, `${count} queue message(s) that nobody took in time were deleted`);
  }

  sidecarsGone(count: number): void {
    const text = `${count} sidecar(s) were not heard of for four seconds: what they held goes back into its queues`;
    this.#log.warn(this.#name, text);
  }

  /** Messages were set aside after so many failures. */
  dead(messages: readonly DeadMessage[], attempts: number): void {
    for (const { id, channel } of messages) {
      const text = `Message ${id} of the queue '${channel}' failed ${attempts} times and is set aside.`;
      this.#log.warn(this.#name, `${text} To put it back: SELECT web_socketio_requeue(${id});`);
    }
  }

  /** Adapters that this database refuses: said when they become known, and refused when they listen. */
  conflicts(errors: readonly SocketIOError[]): void {
    const text = errors.map(({ message }) => message).join('\n');
    if (text === this.#conflicts) return;
    this.#conflicts = text;
    for (const { code, message } of errors) this.#log.error(this.#name, `${code}: ${message}`);
  }

  #describe(error: unknown): string {
    const { code, message } = nameFailure(error, this.#name);
    return `${code}: ${message}`;
  }
}
