import type { SidecarError } from '../api/sidecar-error.ts';
import { type DatabaseStatus, STATUS_MS, type StatusLook } from './database-status.ts';

/** A database whose status is written. */
interface Written {
  readonly name: string;
  readonly status: DatabaseStatus;
  /** Null while it is read. */
  readonly problem: SidecarError | null;
}

/** Has the status of all databases written, from one look at all pages. */
export class StatusRounds {
  readonly #databases: readonly Written[];
  readonly #look: () => (db: string) => StatusLook;
  #timer: NodeJS.Timeout | null = null;

  /** @param look at all pages; returns what belongs to a database */
  constructor(databases: readonly Written[], look: () => (db: string) => StatusLook) {
    this.#databases = databases;
    this.#look = look;
  }

  /** May be called twice. */
  start(): void {
    this.#timer ??= setInterval(() => void this.round(), STATUS_MS);
  }

  /** May be called twice, and before `start`. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Happens by itself. @returns when all of it is written */
  async round(): Promise<void> {
    const lookAt = this.#look();
    const read = this.#databases.filter(({ problem }) => problem === null);
    await Promise.all(read.map(({ name, status }) => status.tick(lookAt(name))));
  }
}
