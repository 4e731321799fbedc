import { SidecarError } from '../api/sidecar-error.ts';
import { OTHER } from '../observability/counts/code-tally.ts';
import type { DatabaseCounts } from '../observability/counts/database-counts.ts';
import type { BusReply } from './bus/bus-answer.ts';
import type { BusRoute, RouteAsk } from './bus/bus-route.ts';
import { CallQueue } from './calls/call-queue.ts';
import { CallRefusedError } from './calls/call-refused-error.ts';
import type { ModelCall, ModelCaller } from './calls/model-caller.ts';
import type { SessionState } from './calls/session-state.ts';
import type { SessionCheck } from './session/session-check.ts';
import type { SessionOffer, TokenExchange } from './session/token-exchange.ts';

/** Model calls that wait for their turn. */
const MOST_WAITING = 1_000;
const WAIT_MS = 30_000;
/** Anybody can offer a session id: Odoo is asked about few at a time, and users' own calls do not wait behind them. */
const EXCHANGES = { running: 2, waiting: 100, waitMs: 10_000 };
const NOBODY = 0;

/** A call in the name of a page. */
export interface PageCall extends Omit<ModelCall, 'db' | 'credential'> {
  readonly token: string;
  /** Its page is gone, and a disconnect handler calls. */
  readonly leaving: boolean;
}

/** What the calls of one database are made with. */
export interface DatabaseCallsOptions {
  readonly db: string;
  readonly caller: ModelCaller;
  readonly exchange: TokenExchange;
  readonly check: SessionCheck;
  readonly bus: BusRoute;
  /** This sidecar, as the database knows it. */
  readonly sidecar: { readonly id: string; register(): Promise<void> };
  /** Odoo did not carry a call out because of the session. */
  refused(token: string): void;
  readonly counts: DatabaseCounts;
  /** So many model calls at a time. */
  readonly maxCursor: number;
}

/** What one database asks of Odoo, each kind in a queue of its own. */
export class DatabaseCalls {
  readonly #options: DatabaseCallsOptions;
  readonly #calls: CallQueue;
  readonly #exchanges = new CallQueue(EXCHANGES);

  constructor(options: DatabaseCallsOptions) {
    this.#options = options;
    this.#calls = new CallQueue({ running: options.maxCursor, waiting: MOST_WAITING, waitMs: WAIT_MS });
  }

  /** Calls a model when it is the user's turn. @throws SidecarError `odoo_busy`, and what the caller throws */
  async call({ token, leaving, ...call }: PageCall): Promise<unknown> {
    const { db, caller, sidecar, refused, counts } = this.#options;
    counts.count('model_call');
    // After the end of a session Odoo believes nobody but a sidecar that is known to live.
    if (leaving) await sidecar.register().catch(() => undefined);
    const credential = leaving ? `${token}.${sidecar.id}` : token;
    try {
      const asked = performance.now();
      return await this.#calls.run(call.uid, `${call.model}.${call.method}`, () => {
        counts.calls.waits.add(performance.now() - asked);
        return this.#timed(() => caller.call({ db, credential, ...call }));
      });
    } catch (error) {
      counts.calls.errors.add(error instanceof SidecarError ? error.code : OTHER);
      if (error instanceof CallRefusedError) refused(token);
      throw error;
    }
  }

  /** How many model calls run, and how many wait for their turn. */
  get load(): { readonly running: number; readonly waiting: number } {
    const { running, waiting } = this.#calls;
    return { running, waiting };
  }

  /** Has Odoo look at the sessions of tokens, which all have that origin. @throws SidecarError as `SessionCheck.ask` */
  check(origin: string | null, tokens: readonly string[]): Promise<SessionState[]> {
    const { db, check, counts } = this.#options;
    counts.count('session_check');
    counts.count('session_checked', tokens.length);
    return check.ask({ db, origin, tokens });
  }

  /** Gets a token for a session id. @throws SidecarError `odoo_busy`, and what the exchange throws */
  exchange(offer: Omit<SessionOffer, 'db'>): Promise<string> {
    const { db, exchange } = this.#options;
    return this.#exchanges.run(NOBODY, 'The exchange of a session id', () =>
      exchange.exchange({ db, ...offer }),
    );
  }

  /** Asks for bus sockets, which all have that origin. @throws SidecarError as `BusRoute.ask` */
  async askBus(origin: string | null, asks: readonly RouteAsk[]): Promise<BusReply> {
    const { db, bus, sidecar, counts } = this.#options;
    counts.count('bus_request');
    counts.count('bus_asked', asks.length);
    const leaves = ({ kind, credential }: RouteAsk) => kind === 'closed' && credential !== undefined;
    if (!asks.some(leaves)) return await bus.ask({ db, origin, asks });
    // After the end of a session Odoo believes nobody but a sidecar that is known to live.
    await sidecar.register().catch(() => undefined);
    const signed = asks.map((ask) =>
      leaves(ask) ? { ...ask, credential: `${ask.credential}.${sidecar.id}` } : ask,
    );
    return await bus.ask({ db, origin, asks: signed });
  }

  async #timed(call: () => Promise<unknown>): Promise<unknown> {
    const start = performance.now();
    try {
      return await call();
    } finally {
      this.#options.counts.calls.durations.add(performance.now() - start);
    }
  }

  /** Gives up what waits. May be called twice. */
  stop(): void {
    this.#calls.stop();
    this.#exchanges.stop();
  }
}
