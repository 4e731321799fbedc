import type { Patience } from '../reconnecting/patience.ts';
import { after, REFUSED_RETRY, RETRY, retryDelay } from '../reconnecting/retry-delay.ts';
import { readTokenAnswer, type Token } from './token-answer.ts';

/** How Odoo knows this page's token: by its handle, or by the token if it gives no handle; not at all at first. */
export interface KnownToken {
  readonly handle?: string;
  readonly token?: string;
}

/** Asks Odoo for a token, with the user's own session. Odoo extends the known token if it can. */
export type FetchToken = (known: KnownToken, signal: AbortSignal) => Promise<unknown>;

/** A `FetchToken` throws this when Odoo says that the user is no longer logged in. */
export class SessionOver extends Error {
  override name = 'SessionOver';
}

/** A `FetchToken` throws this when Odoo gives no token at present, as while the session's screen is locked. */
export class TokenRefused extends Error {
  override name = 'TokenRefused';
}

/** A request that never ends would stop all others. */
const REQUEST_TIMEOUT_MS = 30_000;

interface Waiting {
  resolve(token: Token): void;
  reject(error: Error): void;
}

/**
 * The token of one page: requested when there is none, and again when the sidecar asks for it.
 *
 * No request is sent by the clock: it would carry the user's cookie, and keep a session alive that nobody uses. As long as
 * the token lives, Odoo and the sidecar look after it.
 */
export class PageToken {
  readonly #fetchToken: FetchToken;
  readonly #patience: Patience;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<Waiting>();
  readonly #overListeners = new Set<(error: Error) => void>();
  #held: Token | undefined;
  #known: KnownToken = {};
  #request: Promise<Token> | undefined;
  #queued: Promise<Token> | undefined;
  /** Calls off the next try; undefined if none is due. */
  #callOff: (() => void) | undefined;
  #failures = 0;
  /** Odoo's last answer was a refusal. */
  #refused = false;
  /** After a refusal Odoo said once that the session is over. */
  #doubted = false;
  #over: Error | undefined;

  constructor(fetchToken: FetchToken, patience: Patience) {
    this.#fetchToken = fetchToken;
    this.#patience = patience;
  }

  /** Whose token it is, as long as there is one. */
  get database(): string | undefined {
    return this.#held?.db;
  }

  /** The page's token: at once if there is one, else as soon as Odoo gives one. Only the sidecar judges its age. */
  current(): Promise<Token> {
    if (this.#held && !this.#over) return Promise.resolve(this.#held);
    // After a failure the next try is due already; asking now would undo its back-off.
    if (!this.#request && this.#failures === 0) this.#start().catch(() => undefined);
    return this.#insist();
  }

  /**
   * A token to replace `used`, which the sidecar has refused. It tries once; if Odoo refuses, until Odoo gives a token.
   * If `used` is no longer the page's token, another caller has just renewed it.
   */
  renew(used: Token | undefined): Promise<Token> {
    if (used && this.#held && this.#held !== used && !this.#over) return Promise.resolve(this.#held);
    if (this.#refused) return this.#insist();
    return this.#insistIfRefused(this.#request ?? this.#start());
  }

  /**
   * A token renewed by a request that is sent after this call, retried until Odoo answers.
   *
   * A request already under way does not count: Odoo may have looked at the user before the sidecar asked.
   */
  prove(): Promise<Token> {
    return this.#startAfterCurrent().catch(() => this.#insist());
  }

  /** Calls `listener` once, when Odoo says that the session is over. */
  onOver(listener: (error: Error) => void): void {
    this.#overListeners.add(listener);
  }

  /** Ends all tries and the current request, for good; whoever waits for a token gets an error. */
  stop(reason = new Error('the page has ended its sockets')): void {
    if (this.#over) return;
    this.#over = reason;
    this.#callOff?.();
    this.#stopping.abort(reason);
    for (const { reject } of this.#waiting) reject(reason);
    this.#waiting.clear();
  }

  /** The next token, however long it takes. */
  #insist(): Promise<Token> {
    if (this.#over) return Promise.reject(this.#over);
    const next = new Promise<Token>((resolve, reject) => this.#waiting.add({ resolve, reject }));
    if (!this.#request && !this.#callOff) this.#schedule();
    return next;
  }

  #insistIfRefused(request: Promise<Token>): Promise<Token> {
    return request.catch((error) => {
      if (error instanceof TokenRefused) return this.#insist();
      throw error;
    });
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
    this.#callOff?.();
    this.#callOff = undefined;
    this.#request = this.#ask();
    return this.#request;
  }

  async #ask(): Promise<Token> {
    try {
      const answer = await this.#fetchInTime();
      // Before anybody hears of the token: whoever then wants it renewed must get a new request.
      this.#request = undefined;
      if (this.#over) throw this.#over;
      return this.#hold(answer);
    } catch (error) {
      this.#request = undefined;
      // Another user may be handing the session back to this page's user: for a moment it belongs to nobody.
      const isDoubtful = error instanceof SessionOver && this.#refused && !this.#doubted;
      this.#doubted = isDoubtful;
      if (error instanceof SessionOver && !isDoubtful && !this.#over) {
        this.stop(error);
        for (const listener of this.#overListeners) listener(error);
      }
      this.#refused = isDoubtful || error instanceof TokenRefused;
      this.#failures += 1;
      if (this.#waiting.size > 0) this.#schedule();
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
      return await Promise.race([this.#fetchToken(this.#known, request.signal), aborted]);
    } finally {
      clearTimeout(timer);
      this.#stopping.signal.removeEventListener('abort', abort);
    }
  }

  #hold(answer: unknown): Token {
    const { token, ...rest } = readTokenAnswer(answer);
    const held = this.#held;
    const isForeign = held !== undefined && (rest.db !== held.db || rest.uid !== held.uid);
    const own = token ?? (rest.handle === held?.handle ? held?.token : undefined);
    // Also the handle of another user's token: while that user has the session, one row is enough.
    if (rest.handle !== undefined) this.#known = { handle: rest.handle };
    else if (!isForeign && own !== undefined) this.#known = { token: own };
    if (isForeign) {
      // What this page shows is not theirs. The cookie may be its own user's again, as after an impersonation.
      throw new TokenRefused('another user has logged in with the session of this page');
    }
    if (own === undefined) {
      this.#known = {};
      throw new Error('the token route extended a token that this page does not have');
    }
    // A new object each time: a caller whose token was refused sees that it has been renewed.
    this.#held = { ...rest, token: own };
    this.#failures = 0;
    this.#refused = false;
    for (const { resolve } of this.#waiting) resolve(this.#held);
    this.#waiting.clear();
    return this.#held;
  }

  #schedule(): void {
    if (this.#over) return;
    const retry = () => {
      this.#callOff = undefined;
      this.#startAfterCurrent().catch(() => undefined);
    };
    this.#callOff = this.#refused
      ? this.#patience.wait(retryDelay(this.#failures - 1, REFUSED_RETRY), retry)
      : after(retryDelay(this.#failures - 1, RETRY), retry);
  }
}
