import type { WebClientPage } from './web-client-page.ts';

/**
 * The page of the user who is logged in, for a web client that lets another one log in without loading its document anew.
 *
 * Sockets that are made while nobody is logged in wait for the next log-in.
 */
export class LogInPages {
  readonly #makePage: () => WebClientPage;
  readonly #who: () => string;
  #page: WebClientPage;
  #startedFor: string | undefined;

  /** @param who the user and database of this moment */
  constructor(makePage: () => WebClientPage, who: () => string) {
    this.#makePage = makePage;
    this.#who = who;
    this.#page = makePage();
  }

  /** The page for sockets that are made now; that of another user, or of a session that is over, has ended. */
  get current(): WebClientPage {
    const isOfAnother = this.#startedFor !== undefined && this.#startedFor !== this.#who();
    if (isOfAnother || this.#page.ended) this.end();
    return this.#page;
  }

  /** The user is logged in, and the application is shown. */
  start(): void {
    const { current } = this;
    this.#startedFor = this.#who();
    current.start();
  }

  /** The user logs out: no socket and no request of the page outlives this call. */
  end(): void {
    this.#page.end('logout');
    this.#page = this.#makePage();
    this.#startedFor = undefined;
  }
}
