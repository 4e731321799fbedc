import { retryDelay } from './retry-delay.ts';
import { readTokenAnswer, type Token } from './token-answer.ts';

/** Asks OpenERP for a token, with the user's own session; `token` is the one to renew. */
export type FetchToken = (token: string | undefined, signal: AbortSignal) => Promise<unknown>;

/** A `FetchToken` throws this when OpenERP says that the user is no longer logged in. */
export class SessionOver extends Error {
  override name = 'SessionOver';
}

/** A request that never ends would stop all renewals. */
const REQUEST_TIMEOUT_MS = 30_000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

interface Waiting {
  resolve(token: Token): void;
  reject(error: Error): void;
}

/** The token of one page: fetched when first needed, renewed until the session is over or the page stops it. */
export class PageToken {
  readonly #fetchToken: FetchToken;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<Waiting>();
  readonly #tokenListeners = new Set<(token: Token) => void>();
  readonly #overListeners = new Set<(error: Error) => void>();
  #held: Token | undefined;
  #request: Promise<Token> | undefined;
  #queued: Promise<Token> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #over: Error | undefined;

  constructor(fetchToken: FetchToken) {
    this.#fetchToken = fetchToken;
  }

  /** A token that has not expired: at once if the page holds one, else as soon as OpenERP gives one. */
  current(): Promise<Token> {
    if (this.#over) return Promise.reject(this.#over);
    if (this.#held && Date.now() < this.#held.expiresAt) return Promise.resolve(this.#held);
    const next = this.#next();
    // After a failure the timer of the retry is set; asking now would undo its back-off.
    if (!this.#request && this.#failures === 0) this.#start().catch(() => undefined);
    return next;
  }

  /** Renews the token, one try. If `used` is no longer the page's token, another caller has just renewed it. */
  renew(used: Token | undefined): Promise<Token> {
    if (this.#over) return Promise.reject(this.#over);
    if (used && this.#held && this.#held !== used) return Promise.resolve(this.#held);
    return this.#request ?? this.#start();
  }

  /**
   * A token renewed by a request that left after this call, retried until OpenERP answers.
   *
   * A request already on its way is no proof: OpenERP may have looked at the user before the question was asked.
   */
  prove(): Promise<Token> {
    if (this.#over) return Promise.reject(this.#over);
    return this.#startAfterCurrent().catch(() => this.#next());
  }

  /** Calls `listener` with each new or renewed token. */
  onToken(listener: (token: Token) => void): void {
    this.#tokenListeners.add(listener);
  }

  /** Calls `listener` once, when OpenERP says that the session is over. */
  onOver(listener: (error: Error) => void): void {
    this.#overListeners.add(listener);
  }

  /** Ends renewals and the request on its way, for good; those who wait for a token get an error. */
  stop(reason = new Error('the page has ended its sockets')): void {
    if (this.#over) return;
    this.#over = reason;
    clearTimeout(this.#timer);
    this.#stopping.abort(reason);
    for (const { reject } of this.#waiting) reject(reason);
    this.#waiting.clear();
  }

  #next(): Promise<Token> {
    if (this.#over) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => this.#waiting.add({ resolve, reject }));
  }

  #startAfterCurrent(): Promise<Token> {
    if (!this.#request) return this.#start();
    this.#queued ??= this.#request
      .catch(() => undefined)
      .then(() => {
        this.#queued = undefined;
        return this.#request ?? this.#start();
      });
    return this.#queued;
  }

  #start(): Promise<Token> {
    if (this.#over) return Promise.reject(this.#over);
    clearTimeout(this.#timer);
    this.#request = this.#ask();
    return this.#request;
  }

  async #ask(): Promise<Token> {
    try {
      const askedAt = Date.now();
      const answer = await this.#fetchInTime();
      // Before anybody hears of the token: who then wants it renewed must get a request of their own.
      this.#request = undefined;
      const token = readTokenAnswer(answer, askedAt);
      if (this.#over) throw this.#over;
      this.#hold(token);
      return token;
    } catch (error) {
      this.#request = undefined;
      if (error instanceof SessionOver && !this.#over) {
        this.stop(error);
        for (const listener of this.#overListeners) listener(error);
      }
      this.#schedule(retryDelay(this.#failures));
      this.#failures += 1;
      throw error;
    }
  }

  async #fetchInTime(): Promise<unknown> {
    // AbortSignal.timeout and .any would say this in one line, but .any is younger than browsers in use.
    const request = new AbortController();
    const abort = () => request.abort();
    const timer = setTimeout(abort, REQUEST_TIMEOUT_MS);
    this.#stopping.signal.addEventListener('abort', abort);
    try {
      const aborted = new Promise<never>((_, reject) => {
        request.signal.addEventListener('abort', () => reject(new Error('the token request was given up')));
      });
      return await Promise.race([this.#fetchToken(this.#held?.token, request.signal), aborted]);
    } finally {
      clearTimeout(timer);
      this.#stopping.signal.removeEventListener('abort', abort);
    }
  }

  #hold(token: Token): void {
    const { db, uid } = this.#held ?? token;
    if (token.db !== db || token.uid !== uid) {
      // Another tab logged in as somebody else: the cookie is theirs now, what this page shows is not.
      throw new SessionOver('another user has logged in with the session of this page');
    }
    this.#held = token;
    this.#failures = 0;
    // Between 60 % and 73 % of the life: two thirds, but not all pages that were opened at nine in one second.
    this.#schedule(token.lifeMs * (0.6 + Math.random() * 0.13));
    for (const { resolve } of this.#waiting) resolve(token);
    this.#waiting.clear();
    for (const listener of this.#tokenListeners) listener(token);
  }

  #schedule(delayMs: number): void {
    if (this.#over) return;
    clearTimeout(this.#timer);
    const renew = () => {
      this.#startAfterCurrent().catch(() => undefined);
    };
    this.#timer = setTimeout(renew, Math.min(delayMs, LONGEST_TIMEOUT_MS));
  }
}
