import { CallQueue } from './call-queue.ts';
import type { ModelCall, ModelCaller } from './model-caller.ts';
import type { SessionOffer, TokenExchange } from './token-exchange.ts';

/** Model calls that wait for their turn. */
const MOST_WAITING = 1_000;
const WAIT_MS = 30_000;
/** Anybody can offer a session id: OpenERP is asked about few at a time, and users' own calls do not wait behind them. */
const EXCHANGES = { running: 2, waiting: 100, waitMs: 10_000 };
const NOBODY = 0;

/** What the calls of one database are made with. */
export interface DatabaseCallsOptions {
  readonly db: string;
  readonly caller: ModelCaller;
  readonly exchange: TokenExchange;
  /** So many model calls at a time. */
  readonly maxCursor: number;
}

/** What one database asks of OpenERP, each kind in a queue of its own. */
export class DatabaseCalls {
  readonly #options: DatabaseCallsOptions;
  readonly #calls: CallQueue;
  readonly #exchanges = new CallQueue(EXCHANGES);

  constructor(options: DatabaseCallsOptions) {
    this.#options = options;
    this.#calls = new CallQueue({ running: options.maxCursor, waiting: MOST_WAITING, waitMs: WAIT_MS });
  }

  /** Calls a model when it is the user's turn. @throws SocketIOError `openerp_busy`, and what the caller throws */
  call(call: Omit<ModelCall, 'db'>): Promise<unknown> {
    const { db, caller } = this.#options;
    return this.#calls.run(call.uid, `${call.model}.${call.method}`, () => caller.call({ db, ...call }));
  }

  /** Gets a token for a session id. @throws SocketIOError `openerp_busy`, and what the exchange throws */
  exchange(offer: Omit<SessionOffer, 'db'>): Promise<string> {
    const { db, exchange } = this.#options;
    return this.#exchanges.run(NOBODY, 'The exchange of a session id', () =>
      exchange.exchange({ db, ...offer }),
    );
  }

  /** Gives up what waits. May be called twice. */
  stop(): void {
    this.#calls.stop();
    this.#exchanges.stop();
  }
}
