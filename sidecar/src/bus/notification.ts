/** One row of Odoo's bus. */
export interface Notification {
  readonly id: number;
  /** Decimal, of 64 bits. Null: a row from before `web_socketio_bus` was installed, or out of a dump of another server. */
  readonly txid: string | null;
  /** As it stands in the column: JSON of `[db, name]`, `[db, model, id]` or `[db, model, id, subchannel]`. */
  readonly channel: string;
  /** `{"id":5,"message":{…}}`: what pages get, encoded once. */
  readonly text: string;
}

/** What one read of the bus has found. */
export interface BusRead {
  /** Those of channels that are heard, by transaction, then id. */
  readonly notifications: readonly Notification[];
  /**
   * Ids of those that do not say by themselves what was received before them, as an older transaction was still open, or
   * a younger one has been read before. A frame that would end with one of them ends with `mark`.
   */
  readonly inexact: ReadonlySet<number>;
  /** Null while nobody needs it. */
  readonly mark: Notification | null;
}

/** What reading the bus of one database tells. Nothing here may throw. */
export interface BusSourceEvents {
  /** Rows were committed that somebody hears: those up to `position`, which is set in the same tick. */
  read(read: BusRead): void;
  /** Whether anybody listens to that channel. */
  hears(channel: string): boolean;
  /** Positions of before mean nothing any more, or reading begins anew: everybody has to come back. */
  restarted(): void;
}

/** What one socket asks for when it comes back. */
export interface Missed {
  /** The id of the last notification that its browser has; 0 for none. */
  readonly last: number;
  readonly channels: ReadonlySet<string>;
  /**
   * It was subscribed before and gets more channels. Others may have brought later rows already, so that no row says what
   * it has received: the answer ends with a mark, unless it is empty.
   */
  readonly again: boolean;
}

/** The bus of one database, as sockets see it. */
export interface BusSource {
  /** The position of the last read: what is read later comes live. Give it to `missed`. */
  readonly position: string;
  /** False until it was read once, or while `web_socketio_bus` is not there. */
  readonly ready: boolean;
  /** Says who is told. To be called once, before anything is read. */
  listen(events: BusSourceEvents): void;
  /**
   * Resolves right after a read that began after this call. Many who wait share one; it waits while PostgreSQL is away.
   *
   * A browser that comes from another sidecar may have received more than this one has read. So wait for this, and take
   * `position` and let the socket hear its channels in the same tick: at an older position it would get that twice.
   */
  fresh(): Promise<void>;
  /**
   * What was committed up to that position, in these channels, and not received with `last`. Until it is sent, all live
   * rows of that socket have to wait: a mark at its end says that everything up to the position was received, and nothing else.
   *
   * Those who ask at once share a statement. By transaction, then id. Waits while PostgreSQL is away; empty when reading
   * ends or begins anew meanwhile.
   */
  missed(missed: Missed, upto: string): Promise<readonly Notification[]>;
}
