import { AbortError } from '../api/error.ts';

/** Called once with the reason when what it belongs to is stopped. */
export type OnStop = (reason: Error) => void;

/**
 * Says when a handler's run has to end. An `AbortSignal` would do the same: with thousands of runs that wait, its event
 * listeners and its exception for each of them took a tenth of the processor, and more memory than the rest of a socket.
 */
export class StopSignal {
  #reason: Error | null = null;
  // One that waits is the rule, for each of thousands: a set is made for the second.
  #only: OnStop | null = null;
  #more: Set<OnStop> | null = null;
  /** Made where something has to be ended that does not wait here, such as a handler in another process. */
  #followers: Set<OnStop> | null = null;
  #turns = 0;

  /** Null while it goes on. */
  get reason(): Error | null {
    return this.#reason;
  }

  /** True while somebody waits who would hear of a stop: the run is where it should be. */
  get awaited(): boolean {
    return this.#only !== null || (this.#more?.size ?? 0) > 0;
  }

  /** How often somebody began to wait. */
  get turns(): number {
    return this.#turns;
  }

  /** Stops it; the second time nothing happens. Whoever waits is rejected with an `AbortError`. */
  stop(): void {
    if (this.#reason !== null) return;
    const reason = new AbortError();
    this.#reason = reason;
    const [only, more] = [this.#only, this.#more];
    this.#only = null;
    this.#more = null;
    only?.(reason);
    for (const listener of more ?? []) listener(reason);
    for (const listener of this.#followers ?? []) listener(reason);
    this.#followers = null;
  }

  /** Is told as well, and counts as nobody who waits. */
  follow(listener: OnStop): void {
    this.#followers ??= new Set();
    this.#followers.add(listener);
  }

  unfollow(listener: OnStop): void {
    this.#followers?.delete(listener);
  }

  add(listener: OnStop): void {
    this.#turns += 1;
    if (this.#only === null) {
      this.#only = listener;
      return;
    }
    this.#more ??= new Set();
    this.#more.add(listener);
  }

  delete(listener: OnStop): void {
    if (this.#only === listener) this.#only = null;
    else this.#more?.delete(listener);
  }
}
