import type { PageWindow } from './patience.ts';
import { after } from './retry-delay.ts';

/**
 * How soon to try when the machine is on line again, in milliseconds. A whole office hears of its network in one second:
 * its pages spread over as much time as after the first failure of a server.
 */
const ONLINE_MS = 2_000;
/** … when the user looks at the page: each comes in a moment of its own. */
const LOOK_MS = 300;
/** Whoever goes to and fro between tabs while the server is away tries no more often than this. */
const PAUSE_MS = 10_000;

/** What happens in a page that may get through now. */
export interface Returning {
  /**
   * @param isNetwork a try that is under way was begun without the network, and may hang for long
   * @returns whether it waited
   */
  tryNow(isNetwork: boolean): boolean;
}

/** Signs that a page which waits for its next try need not wait any longer: its network is there again, or its user. */
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
    // It comes to the document, and passes the window on its way down.
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
