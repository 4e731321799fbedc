import { after } from './retry-delay.ts';

/** What a page needs its window for: to hear what its user does, and when the browser suspends it. */
export type PageWindow = Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;

interface Wait {
  readonly retry: () => void;
  /** A sign has already made it short. */
  isQuick: boolean;
  dueAt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Signs of the user, who does one of these to unlock a screen. */
const SIGNS = ['keydown', 'pointerdown', 'focus', 'visibilitychange'];
/** On their way down, before the page's own code can stop them. */
const EARLY = { capture: true };
/** Only carries the news that Odoo lets pages of this browser in again. */
const CHANNEL = 'web_socketio';
/** How soon after a sign to try: Odoo must have answered first what the user did. */
const QUICK_MS = { min: 1_000, max: 3_000 };
/** Tries stay quick for so long after the last sign or news, since the answer may take its time. */
const ATTENTION_MS = 10_000;
/** Signs during a try count, too: that try may have been a moment too early. */
const LONGEST_TRY_MS = 30_000;
/** After this long without a sign, the next one starts over. */
const PAUSE_MS = 60_000;
/** For every so many seconds of signs without success, a quick try may wait a second longer. */
const FATIGUE = 20;

/**
 * The wait of a page that Odoo does not let in at present: long while its user is absent, short when the user is back.
 *
 * An absent user costs a try now and then. A user who does something in the page may just have unlocked it, so the next try
 * follows soon; and the first page of a browser that is let in tells the others. A page that does not wait listens to
 * nothing.
 */
export class Patience {
  readonly #window: PageWindow | undefined;
  readonly #waits = new Set<Wait>();
  #listens = false;
  /** Calls off the end of the listening, which comes if no wait follows the last try. */
  #giveUp: () => void = () => undefined;
  #channel: BroadcastChannel | undefined;
  #sign = Number.NEGATIVE_INFINITY;
  #firstSign = Number.NEGATIVE_INFINITY;
  /** Opening a page is news, too: its session may be the one that others wait for. */
  #isNews = true;
  #stopped = false;

  constructor(window?: PageWindow) {
    this.#window = window;
  }

  /** Calls `retry` after that time, or sooner when that may help. @returns calls it off */
  wait(delayMs: number, retry: () => void): () => void {
    if (this.#stopped) return () => undefined;
    this.#giveUp();
    const wait: Wait = { retry, isQuick: false, dueAt: Number.POSITIVE_INFINITY, timer: undefined };
    this.#waits.add(wait);
    this.#isNews = true;
    this.#shorten(wait, delayMs);
    if (performance.now() - this.#sign < ATTENTION_MS) this.#quicken(wait);
    this.#listen();
    return () => this.#forget(wait);
  }

  /** This page has been let in. If that is news, all waits try at once, in other pages of this browser as well. */
  tell(): void {
    if (!this.#isNews || this.#stopped) return;
    this.#isNews = false;
    const channel = this.#channel ?? openChannel();
    channel?.postMessage(null);
    if (channel !== this.#channel) channel?.close();
    if (this.#waits.size === 0) this.#rest();
    this.#hurry();
  }

  /** Gives up all waits, for good. */
  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#waits) clearTimeout(timer);
    this.#waits.clear();
    this.#rest();
  }

  #shorten(wait: Wait, delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (dueAt >= wait.dueAt) return;
    clearTimeout(wait.timer);
    wait.dueAt = dueAt;
    wait.timer = setTimeout(() => {
      this.#waits.delete(wait);
      if (this.#waits.size === 0) this.#giveUp = after(LONGEST_TRY_MS, () => this.#rest());
      wait.retry();
    }, delayMs);
  }

  #forget(wait: Wait): void {
    clearTimeout(wait.timer);
    // A try is under way unless this one was still waiting.
    if (this.#waits.delete(wait) && this.#waits.size === 0) this.#rest();
  }

  #rest(): void {
    this.#giveUp();
    if (!this.#listens) return;
    this.#listens = false;
    for (const sign of SIGNS) this.#window?.removeEventListener(sign, this.#onSign, EARLY);
    this.#channel?.close();
    this.#channel = undefined;
  }

  #listen(): void {
    if (this.#listens) return;
    this.#listens = true;
    for (const sign of SIGNS) this.#window?.addEventListener(sign, this.#onSign, EARLY);
    this.#channel = openChannel();
    this.#channel?.addEventListener('message', () => {
      this.#attend();
      this.#hurry();
    });
  }

  readonly #onSign = ({ type, target }: Event): void => {
    // Scripts of the page may move the focus within it.
    if (type === 'focus' && target !== this.#window) return;
    this.#attend();
    for (const wait of this.#waits) this.#quicken(wait);
  };

  #attend(): void {
    const now = performance.now();
    if (now - this.#sign > PAUSE_MS) this.#firstSign = now;
    this.#sign = now;
  }

  #quicken(wait: Wait): void {
    if (wait.isQuick) return;
    wait.isQuick = true;
    const { min, max } = QUICK_MS;
    const tiredMs = (this.#sign - this.#firstSign) / FATIGUE;
    this.#shorten(wait, min + Math.random() * (max - min + tiredMs));
  }

  /** Not all at the same moment, although they hear of it at the same moment. */
  #hurry(): void {
    for (const wait of this.#waits) this.#shorten(wait, Math.random() * QUICK_MS.min);
  }
}

/** Not every browser has it, and not every frame may use it; without it each page finds out on its own. */
function openChannel(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(CHANNEL);
  } catch {
    return undefined;
  }
}
