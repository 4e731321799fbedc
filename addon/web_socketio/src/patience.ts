import { after } from './retry-delay.ts';

/** What a page's window is needed for: to hear what its user does, and when the browser puts it aside. */
export type PageWindow = Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;

interface Wait {
  readonly retry: () => void;
  /** A sign has made it short already. */
  isQuick: boolean;
  dueAt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** The user is here: who unlocks a screen does one of these. */
const SIGNS = ['keydown', 'pointerdown', 'focus', 'visibilitychange'];
/** On their way down: what the page's own code does with them, and where, is its own business. */
const EARLY = { capture: true };
/** Carries nothing but the news that OpenERP lets pages of this browser in again. */
const CHANNEL = 'web_socketio';
/** How soon after a sign to try: OpenERP has to have answered what the user did. */
const QUICK_MS = { min: 1_000, max: 3_000 };
/** Tries stay quick for so long after the last sign or news, since the answer may take its time. */
const ATTENTION_MS = 10_000;
/** What comes while a try is under way is heard, too: that one may have been a moment too early. */
const LONGEST_TRY_MS = 30_000;
/** Without a sign for so long, the next one is a new beginning. */
const PAUSE_MS = 60_000;
/** After so many seconds full of signs, a quick try may wait a second longer: they are not what helps. */
const FATIGUE = 20;

/**
 * How a page waits that OpenERP does not let in at present: long, but no longer than its user.
 *
 * An absent user costs a try now and then. One who does something in the page may just have unlocked it, so the next try
 * is near; and the first page of a browser that is let in tells the others. Who does not wait listens to nothing.
 */
export class Patience {
  readonly #window: PageWindow | undefined;
  readonly #waits = new Set<Wait>();
  #listens = false;
  /** Ends the listening, if no wait follows the last try. */
  #giveUp: () => void = () => undefined;
  #channel: BroadcastChannel | undefined;
  #sign = Number.NEGATIVE_INFINITY;
  #firstSign = Number.NEGATIVE_INFINITY;
  /** A page that is opened is news, too: its session may be the one that others wait for. */
  #isNews = true;
  #stopped = false;

  constructor(window?: PageWindow) {
    this.#window = window;
  }

  /** Calls `retry` when the time has passed, or sooner when that may help. @returns calls it off */
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

  /** This page has been let in: if that is news, those that wait try at once, in other pages of this browser as well. */
  tell(): void {
    if (!this.#isNews || this.#stopped) return;
    this.#isNews = false;
    const channel = this.#channel ?? openChannel();
    channel?.postMessage(null);
    if (channel !== this.#channel) channel?.close();
    if (this.#waits.size === 0) this.#rest();
    this.#hurry();
  }

  /** Gives up whatever waits, for good. */
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
    // Scripts of the page move the focus within it as they like.
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

  /** Not all in one moment, although they hear of it in one. */
  #hurry(): void {
    for (const wait of this.#waits) this.#shorten(wait, Math.random() * QUICK_MS.min);
  }
}

/** Not every browser has it, nor every frame the right to it; pages find out by themselves then. */
function openChannel(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(CHANNEL);
  } catch {
    return undefined;
  }
}
