import type { Broadcast } from '../delivery/broadcast.ts';
import type { AdapterSource } from '../delivery/channel-modes.ts';
import type { Turns } from '../lib/turns.ts';
import type { DatabaseCounts } from '../observability/counts/database-counts.ts';
import type { Log } from '../observability/log.ts';
import type { BusRoute } from '../odoo/bus/bus-route.ts';
import type { ModelCaller } from '../odoo/calls/model-caller.ts';
import type { SessionCheck } from '../odoo/session/session-check.ts';
import type { TokenExchange } from '../odoo/session/token-exchange.ts';
import type { PostgresOptions } from '../postgres/connect/postgres-options.ts';
import type { Retention } from '../postgres/housekeeping.ts';
import type { ModuleChange } from '../postgres/tables/installed-addons.ts';
import type { CheckPace } from '../socketio/session/check-pace.ts';

/** What one database is served with. */
export interface DatabaseOptions {
  readonly name: string;
  readonly postgres: PostgresOptions;
  readonly caller: ModelCaller;
  readonly exchange: TokenExchange;
  readonly check: SessionCheck;
  readonly bus: BusRoute;
  /** When it may be asked about sessions, over all databases. */
  readonly pace: CheckPace;
  /** For what is done in all databases at about the same time. */
  readonly turns: Turns;
  /** So many model calls at a time. */
  readonly maxCursor: number;
  readonly registry: AdapterSource;
  /** The addons that have namespaces of their own. */
  nameSpaceAddons(): readonly string[];
  readonly retention: Retention;
  /** After so many failed attempts a queue message becomes a dead letter. */
  readonly maxAttempts: number;
  readonly log: Log;
  /** Of the sidecar. */
  readonly release: string;
  /** False: messages are read twenty times a second, and no transaction ever sends NOTIFY. */
  readonly wakeUp: boolean;
  readonly counts: DatabaseCounts;
  /** Addons were installed or uninstalled while this sidecar runs. */
  addonsChanged(change: ModuleChange): void;
  /** What the Python workers declared that ran last, before any is connected: as each wrote it. */
  declaredInPython(declared: readonly unknown[]): void;
  /** For the sockets that this sidecar holds. */
  broadcast(broadcast: Broadcast): void;
  /** The database is another one now: positions of pages mean nothing any more. */
  restart(): void;
  /** The database or the module in it is gone: its pages have nothing to be connected to. */
  gone(): void;
}
