import type { Values } from '../api/message.ts';
import type { Broadcast } from '../delivery/broadcast.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Position } from '../delivery/each/position.ts';
import type { ReplayResult } from '../delivery/each/replay.ts';
import type { DatabaseCount } from '../observability/counts/database-count.ts';
import type { DatabaseCounts } from '../observability/counts/database-counts.ts';
import type { SessionKeys } from './auth.ts';

/** What the row of a token says. */
export interface Proof {
  readonly uid: number;
  /** The same for all pages of one Odoo session. */
  readonly sessionHash: string;
  readonly context: Values;
  /** The address at which its browser reached Odoo; null if unknown. */
  readonly origin: string | null;
  readonly expiresInMs: number;
  /** Since Odoo last agreed to it; null if it cannot be asked. */
  readonly checkedAgoMs: number | null;
  /** Odoo answers nobody in this session at present. */
  readonly locked: boolean;
  readonly proofDue: boolean;
  readonly ended: boolean;
}

/** What Odoo says of a session when it looks at it by itself. */
export type CheckState = 'live' | 'renewed' | 'locked' | 'over' | 'unproved' | 'unknown';

/** Somebody whose session Odoo can look at by itself. */
export interface CheckSubject {
  readonly token: string;
  readonly origin: string | null;
  /** When it has to do so again, in milliseconds of the monotonic clock; infinite if never. */
  checkAt: number;
}

/** A call of a model in the name of a token. */
export interface TokenCall {
  readonly token: string;
  readonly origin: string | null;
  /** Its page is gone, and a disconnect handler calls. */
  readonly leaving: boolean;
  /** Whose it is: users take turns. */
  readonly uid: number;
  readonly context: Values;
  readonly model: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly kwargs: Values;
}

/** How the messages of one database come to its sockets. */
export type Delivery = Omit<Dispatcher, 'add' | 'start' | 'stop' | 'replay'>;

/** One database, as the sockets need it. */
export interface Gateway {
  readonly name: string;
  readonly delivery: Delivery;
  /** False until PostgreSQL was reached and the module found there. */
  readonly ready: boolean;
  /** @param tokenHash SHA-256, hex @returns undefined if the database does not know it */
  findProof(tokenHash: string): Promise<Proof | undefined>;
  /** A token for a client that has only the keys of its Odoo session; rejects if those are not good. */
  exchange(offer: SessionKeys & { readonly origin: string | null }): Promise<string>;
  /** Asks Odoo about sessions, in the order of their tokens, which all have that origin. */
  checkSessions(origin: string | null, tokens: readonly string[]): Promise<readonly CheckState[]>;
  refreshModules(): Promise<void>;
  isInstalled(addon: string): boolean;
  /** What a page missed. Waits while PostgreSQL cannot be reached; rejects if it cannot be asked. */
  replay(channel: string, position: Position): Promise<ReplayResult>;
  broadcast(broadcast: Broadcast): Promise<void>;
  notify(channel: string, uid: number, values: Values): Promise<void>;
  call(call: TokenCall): Promise<unknown>;
  /** What is counted of it besides. */
  readonly counts: DatabaseCounts;
  /** @param by how many */
  count(what: DatabaseCount, by?: number): void;
}
