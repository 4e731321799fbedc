/** What this needs from a page. */
export interface LogInPage {
  readonly ended: boolean;
  start(): void;
  end(reason: string): void;
}

/**
 * The page of the user who is logged in, for a web client that lets another one log in without loading its document anew.
 *
 * Sockets that are made while nobody is logged in wait for the next log-in.
 */
export class LogInPages<OnePage extends LogInPage> {
  readonly #makePage: () => OnePage;
  readonly #who: () => string;
  #page: OnePage;
  #startedFor: string | undefined;

  /** @param who names the current user */
  constructor(makePage: () => OnePage, who: () => string) {
    this.#makePage = makePage;
    this.#who = who;
    this.#page = makePage();
  }

  /** The page for new sockets: never that of another user, or of a session that is over. */
  get current(): OnePage {
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

  /** The user logs out: afterwards no request leaves, and no socket is connected, before the next `start`. */
  end(): void {
    this.#page.end('logout');
    this.#page = this.#makePage();
    this.#startedFor = undefined;
  }
}
