import type { AdapterClass } from './adapter.ts';
import type { Values } from './message.ts';

/** Who is at the other end: a validated Odoo session. */
export interface Session {
  /** The database. */
  readonly db: string;
  /** The user's id in that database. */
  readonly uid: number;
  /** The user's Odoo context: `lang`, `tz` and the like. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** A handler that runs: what `spawn` returns. One that is started again after a failure stays the same. */
export interface Run {
  /** Ends the run, for good: its pending `listen` rejects with an abort, and what it watches is watched no more. */
  abort(): void;
  /** Does it watch something? It still does when the handler has ended, until `abort`. */
  readonly watching: boolean;
  /** True when the handler has ended, and is not started again. */
  readonly ended: boolean;
  /** Settles when the handler has ended; never rejects, since what it throws is logged. */
  readonly done: Promise<void>;
}

/**
 * What the sidecar gives to a namespace: one for each socket and namespace.
 *
 * Declared here, by its consumer; `socketio/` implements it. The methods are those of `OpenERPNameSpace`.
 */
export interface NameSpaceHost {
  readonly session: Session | null;
  readonly path: string;
  /** Lets every event through from now on. */
  liftAcl(): void;
  emit(event: string, args: readonly unknown[]): void;
  secureEmit(adapter: AdapterClass, event: string, args: readonly unknown[]): Promise<boolean>;
  /** @param isLoop it is called again and again */
  listen(adapter: AdapterClass, args: readonly unknown[], isLoop?: boolean): Promise<unknown[]>;
  watch(adapter: AdapterClass, keys: readonly unknown[]): void;
  unwatch(adapter: AdapterClass, keys: readonly unknown[]): void;
  /** @param given becomes the arguments with which an `AskedAdapter` is asked, the very array: what is watched comes first */
  listenToWatched(adapter: AdapterClass, given?: unknown[]): Promise<unknown[]>;
  validate(adapter: AdapterClass, valid: boolean): Promise<boolean>;
  /** @param others leave this socket out */
  broadcast(event: string, args: readonly unknown[], others: boolean): Promise<void>;
  notify(channel: string, values: Values): Promise<void>;
  call(model: string, method: string, args: readonly unknown[], kwargs: Values): Promise<unknown>;
  isInstalled(addon: string): boolean;
  attribute(addon: string, handler?: () => unknown): Run;
  requireRoom(handlers: number): void;
  spawn(label: string, addon: string, handler: () => unknown): Run;
}
