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

/** Says that the handler in which it was asked for has to end. */
export interface RunSignal {
  /** Null while it goes on. */
  readonly reason: Error | null;
  /** Told once when it has to end. Who waits because of that is where it should be, and not stuck. */
  add(listener: (reason: Error) => void): void;
  delete(listener: (reason: Error) => void): void;
  /** The same, of a handler that does not wait but works. */
  follow(listener: (reason: Error) => void): void;
  unfollow(listener: (reason: Error) => void): void;
}

/** The present run of a handler. */
export interface CurrentRun {
  readonly signal: RunSignal;
  /** It was started again. */
  readonly again: boolean;
}

/** Ends one wait for messages, before the handler that waits. */
export interface WaitSignal extends RunSignal {
  /** Told what was given: offers it again if nobody has seen it, and it is still held. That is no failure. */
  held(giveBack: () => void): void;
}

/**
 * What the sidecar gives to a namespace: one for each socket and namespace.
 *
 * Declared here, by its consumer; `socketio/` implements it. The methods are those of `OpenERPNameSpace`.
 */
export interface NameSpaceHost {
  readonly session: Session | null;
  readonly path: string;
  /** The database that its page named, also before the session is known. */
  readonly db: string;
  /** Lets every event through from now on. */
  liftAcl(): void;
  emit(event: string, args: readonly unknown[]): void;
  secureEmit(adapter: AdapterClass, event: string, args: readonly unknown[]): Promise<boolean>;
  /**
   * @param isLoop it is called again and again
   * @param until ends this wait, where it may end before its handler: it has to be stopped with that one's signal
   */
  listen(
    adapter: AdapterClass,
    args: readonly unknown[],
    isLoop?: boolean,
    until?: WaitSignal,
  ): Promise<unknown[]>;
  watch(adapter: AdapterClass, keys: readonly unknown[]): void;
  unwatch(adapter: AdapterClass, keys: readonly unknown[]): void;
  /** @param given becomes the arguments with which an `AskedAdapter` is asked, the very array: what is watched comes first */
  listenToWatched(adapter: AdapterClass, given?: unknown[], until?: WaitSignal): Promise<unknown[]>;
  validate(adapter: AdapterClass, valid: boolean): Promise<boolean>;
  /** @param others leave this socket out */
  broadcast(event: string, args: readonly unknown[], others: boolean): Promise<void>;
  notify(channel: string, values: Values): Promise<void>;
  call(model: string, method: string, args: readonly unknown[], kwargs: Values): Promise<unknown>;
  isInstalled(addon: string): boolean;
  attribute(addon: string, handler?: () => unknown): Run;
  requireRoom(handlers: number): void;
  /** @param once it is not started again, whatever it throws */
  spawn(label: string, addon: string, handler: () => unknown, once?: boolean): Run;
  /** That of the handler in which this is called. @throws SocketIOError `run_missing` */
  currentRun(): CurrentRun;
  /** Called once when the socket has gone, after its last handler. */
  onClose(listener: () => void): void;
  /** Ends it, and tells its page why. */
  end(reason: { readonly code: string; readonly message: string; readonly retry: boolean }): void;
  /** Ends this socket, and no other of its page. */
  disconnect(): void;
}
