import type { PageWindow } from './patience.ts';
import { after } from './retry-delay.ts';

/**
 * How soon to try when the machine is online again, in milliseconds. A whole office gets its network back in one second:
 * its pages spread over as much time as after the first failure of a server.
 */
const ONLINE_MS = 2_000;
/** … when the user looks at the page: each user does so at another moment. */
const LOOK_MS = 300;
/** Switching between tabs while the sidecar is down causes no more tries than one in this time. */
const PAUSE_MS = 10_000;

/** A page that may get through now. */
export interface Returning {
  /**
   * @param isNetwork whether the network is back: a try that began without it may hang for long
   * @returns whether it waited
   */
  tryNow(isNetwork: boolean): boolean;
}

/** Signs that a page need not wait for its next try: its network is back, or its user. */
export class ReturnSigns {
  readonly #window: PageWindow;
  readonly #page: Returning;
  #triedAt = Number.NEGATIVE_INFINITY;
  #callOff: () => void = () => undefined;

  constructor(window: PageWindow, page: Returning) {
    this.#window = window;
    this.#page = page;
    window.addEventListener('online', this.#onLine);
    window.addEventListener('pageshow', this.#onLook);
    // The document's event, which passes the window on its way down.
    window.addEventListener('visibilitychange', this.#onLook, true);
  }

  stop(): void {
    this.#callOff();
    this.#window.removeEventListener('online', this.#onLine);
    this.#window.removeEventListener('pageshow', this.#onLook);
    this.#window.removeEventListener('visibilitychange', this.#onLook, true);
  }

  readonly #onLine = (): void => this.#tryIn(ONLINE_MS, true);

  readonly #onLook = (): void => {
    if (globalThis.document?.visibilityState === 'hidden') return;
    if (performance.now() - this.#triedAt >= PAUSE_MS) this.#tryIn(LOOK_MS, false);
  };

  #tryIn(mostMs: number, isNetwork: boolean): void {
    this.#callOff();
    this.#callOff = after(Math.random() * mostMs, () => {
      if (this.#page.tryNow(isNetwork)) this.#triedAt = performance.now();
    });
  }
}
