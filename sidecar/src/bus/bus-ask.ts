import type { BusFacts } from './bus-facts.ts';

/** Whose an ask is. */
export interface Asker {
  /** As the browser sent it at its handshake. A secret, as are the headers and the credential. */
  readonly cookie: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The socket was not answered before: whoever its cookie says it is. */
  readonly first: boolean;
  /** What it was told before. */
  readonly uid: number | null;
  /** Its cookie named a session then, of whomever. */
  readonly session: boolean;
  /** The token of its session: it counts when the session has got another cookie since. */
  readonly credential?: string;
}

/** What Odoo is asked for one bus socket. */
export type BusAsk = Asker &
  (
    | {
        readonly kind: 'subscribe';
        readonly channels: readonly string[];
        readonly last: number;
        /** Give a token of the session, if it has a user. */
        readonly token: boolean;
      }
    | { readonly kind: 'event'; readonly event_name: string; readonly data: unknown }
    | { readonly kind: 'closed' }
  );

/** What a socket gets. */
export interface Granted {
  readonly uid: number | null;
  readonly session: boolean;
  /** Each as it stands in `bus_bus`. */
  readonly channels: ReadonlySet<string>;
  readonly last: number;
  readonly token: string | null;
}

/** Why Odoo did not do it. */
export interface BusRefusal {
  /**
   * `expired`: the session is over, or another user's. `locked`: nobody gets anything in it at present. `database`: it is of
   * another one. `invalid`: what was sent is wrong. `failed`: Odoo could not look at it.
   */
  readonly why: 'expired' | 'locked' | 'database' | 'invalid' | 'failed';
  /** Of a session of another database: which one, if Odoo says so. */
  readonly db: string | null;
  /** What is wrong, in Odoo's words. */
  readonly message: string | null;
}

/** What Odoo says to one ask: a grant to `subscribe`, otherwise null. */
export type BusAnswer = { readonly granted: Granted | null } | { readonly refused: BusRefusal };

/** What Odoo says to many. */
export interface BusReply {
  readonly facts: BusFacts;
  /** In the order of the asks. */
  readonly answers: readonly BusAnswer[];
}
