import type pg from 'pg';
import { withinTime } from '../../lib/time-limit.ts';
import { type LateAttempt, waiting } from './attempt.ts';
import { CONNECT_TIMEOUT_MS, closeClient, destroyClient } from './connection.ts';

/** As docs/operations.md says: one that listens, and the pool's five. */
export const MOST_CONNECTIONS = 6;
/** So many attempts that wait to be let in are made without a pause … */
const FIRST_ATTEMPTS = 3;
/** … and then one more after a minute, two, four, eight and each quarter of an hour: a link may have swallowed the others. */
const MORE_FIRST_MS = 60_000;
const MORE_LAST_MS = 900_000;
/** The others that wait are let in at the same moment, or never. */
const GRACE_MS = 2_000;

type Outcome = 'admitted' | { readonly error: unknown };

/** Opens a connection; `late` gets an attempt that waits to be let in. */
export type Dial = (late: (attempt: LateAttempt) => void) => Promise<pg.Client>;

/**
 * Opens the connections to one database, never more than six at a time, however often others try again. Those count
 * that wait to be let in, and those that are being closed: to the server each of them is a backend.
 *
 * Where a lock keeps everybody out, attempts stay as they are, and the first that is let in is taken.
 */
export class Dialer {
  readonly #dial: Dial;
  readonly #database: string;
  readonly #clients = new Set<pg.Client>();
  readonly #waiting = new Set<LateAttempt>();
  readonly #admitted = new Set<pg.Client>();
  #dialing = 0;
  #tries = 0;
  #nextAt = 0;
  #wake: (() => void)[] = [];
  #graceTimer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(database: string, dial: Dial) {
    this.#database = database;
    this.#dial = dial;
  }

  /** How many connections the server may hold for this one. */
  get count(): number {
    return this.#clients.size + this.#waiting.size + this.#admitted.size + this.#dialing;
  }

  /**
   * Opens one; whoever gets it closes it.
   *
   * @throws what PostgreSQL or the network says; SidecarError `postgres_waiting` after two seconds
   */
  async connect(): Promise<pg.Client> {
    const deadline = performance.now() + CONNECT_TIMEOUT_MS;
    let attempt: Promise<Outcome> | null = null;
    for (;;) {
      const client = this.#take();
      if (client !== undefined) return client;
      if (this.#stopped || performance.now() >= deadline) throw waiting(this.#database);
      const changed = this.#changed(deadline);
      if (attempt === null && this.#mayDial()) attempt = this.#attempt();
      const outcome = await Promise.race([changed, attempt ?? changed]);
      if (outcome === 'changed') continue;
      attempt = null;
      if (outcome !== 'admitted' && this.#admitted.size === 0) throw outcome.error;
    }
  }

  /** Closes what waits. Connections that were handed out are those of their owners. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#graceTimer);
    for (const attempt of this.#waiting) this.#drop(attempt);
    await Promise.all([...this.#admitted].map((client) => this.#close(client)));
    this.#changes();
  }

  async #attempt(): Promise<Outcome> {
    this.#dialing += 1;
    try {
      const client = await this.#dial((attempt) => this.#keep(attempt));
      this.#admit(client);
      if (this.#stopped) await this.#close(client);
      return 'admitted';
    } catch (error) {
      return { error };
    } finally {
      this.#dialing -= 1;
      this.#changes();
    }
  }

  #mayDial(): boolean {
    if (this.#waiting.size >= FIRST_ATTEMPTS && performance.now() < this.#nextAt) return false;
    if (this.count < MOST_CONNECTIONS) return true;
    const [oldest] = this.#waiting;
    if (oldest === undefined || this.#waiting.size < FIRST_ATTEMPTS) return false;
    this.#drop(oldest);
    return true;
  }

  #keep(attempt: LateAttempt): void {
    if (this.#stopped) {
      destroyClient(attempt.client);
      return;
    }
    this.#waiting.add(attempt);
    if (this.#waiting.size >= FIRST_ATTEMPTS) {
      this.#nextAt = performance.now() + Math.min(MORE_FIRST_MS * 2 ** this.#tries, MORE_LAST_MS);
      this.#tries += 1;
    }
    const settle = (isAdmitted: boolean) => {
      if (!this.#waiting.delete(attempt)) return;
      if (isAdmitted) this.#admit(attempt.client);
      else void closeClient(attempt.client);
      this.#changes();
    };
    attempt.admitted.then(
      () => settle(true),
      () => settle(false),
    );
  }

  #admit(client: pg.Client): void {
    this.#tries = 0;
    this.#admitted.add(client);
    client.once('end', () => this.#admitted.delete(client));
    clearTimeout(this.#graceTimer);
    this.#graceTimer = setTimeout(() => {
      for (const attempt of this.#waiting) this.#drop(attempt);
      for (const unused of this.#admitted) void this.#close(unused);
    }, GRACE_MS);
  }

  #take(): pg.Client | undefined {
    const [client] = this.#admitted;
    if (client === undefined) return undefined;
    this.#admitted.delete(client);
    this.#handOut(client);
    return client;
  }

  #handOut(client: pg.Client): void {
    this.#clients.add(client);
    client.once('end', () => {
      this.#clients.delete(client);
      this.#changes();
    });
  }

  #drop(attempt: LateAttempt): void {
    this.#waiting.delete(attempt);
    destroyClient(attempt.client);
  }

  async #close(client: pg.Client): Promise<void> {
    this.#admitted.delete(client);
    this.#handOut(client);
    await closeClient(client);
  }

  #changes(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  async #changed(deadline: number): Promise<'changed'> {
    const change = new Promise<void>((resolve) => this.#wake.push(resolve));
    await withinTime(change, deadline - performance.now(), () => undefined);
    return 'changed';
  }
}
