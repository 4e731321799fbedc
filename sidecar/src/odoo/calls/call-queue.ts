import { SidecarError } from '../../api/sidecar-error.ts';

/** How many calls of one database run and wait. */
export interface CallLimits {
  /** At a time: each holds a cursor, and a worker, of Odoo. */
  readonly running: number;
  /** Waiting, over all users. */
  readonly waiting: number;
  /** How long a call may wait for its turn, in milliseconds. */
  readonly waitMs: number;
}

interface Waiting {
  run(): void;
  refuse(why: string): void;
}

/**
 * The model calls of one database: so many at a time, the rest in the order in which they came, but each user in turn,
 * so that one who makes hundreds does not keep the others waiting.
 */
export class CallQueue {
  readonly #limits: CallLimits;
  /** By user, in the order in which it is their turn. */
  readonly #users = new Map<number, Waiting[]>();
  #running = 0;
  #waiting = 0;
  #stopped = false;

  constructor(limits: CallLimits) {
    this.#limits = limits;
  }

  /** How many have their turn. */
  get running(): number {
    return this.#running;
  }

  /** How many wait for it. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Runs a call when it is its turn.
   *
   * @param uid whose it is
   * @param name such as `res.users.read`, for messages
   * @throws SidecarError `odoo_busy` if it was not sent, and what `send` throws
   */
  async run<Answer>(uid: number, name: string, send: () => Promise<Answer>): Promise<Answer> {
    if (this.#stopped) throw busy(`${name}: the sidecar is stopped`);
    if (this.#running >= this.#limits.running) await this.#turn(uid, name);
    else this.#running += 1;
    try {
      return await send();
    } finally {
      this.#next();
    }
  }

  /** Refuses every call that waits, and each that comes later. May be called twice. */
  stop(): void {
    this.#stopped = true;
    const waiting = [...this.#users.values()].flat();
    this.#users.clear();
    for (const one of waiting) one.refuse('waited for its turn when the sidecar was stopped');
  }

  /** Waits for a turn; whoever ends a call hands it on. */
  #turn(uid: number, name: string): Promise<void> {
    const { waiting: most, waitMs } = this.#limits;
    if (this.#waiting >= most) return Promise.reject(busy(`${name}: ${most} calls wait already`));
    return new Promise((resolve, reject) => {
      const waiting = this.#users.get(uid) ?? [];
      const leave = () => {
        clearTimeout(timer);
        this.#waiting -= 1;
      };
      const one: Waiting = {
        run: () => {
          leave();
          resolve();
        },
        refuse: (why) => {
          leave();
          reject(busy(`${name} ${why}`));
        },
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(one), 1);
        if (waiting.length === 0 && this.#users.get(uid) === waiting) this.#users.delete(uid);
        one.refuse(`waited ${waitMs} ms for its turn`);
      }, waitMs);
      waiting.push(one);
      this.#waiting += 1;
      this.#users.set(uid, waiting);
    });
  }

  #next(): void {
    const [first] = this.#users;
    if (first === undefined) {
      this.#running -= 1;
      return;
    }
    const [uid, waiting] = first;
    const one = waiting.shift();
    this.#users.delete(uid);
    // Behind the others.
    if (waiting.length > 0) this.#users.set(uid, waiting);
    one?.run();
  }
}

function busy(text: string): SidecarError {
  return new SidecarError(
    'odoo_busy',
    `${text}. It was not sent. Try again later, or raise --max-cursor if Odoo has workers to spare.`,
  );
}
