/** How far a read has been delivered that brought more than a page has done. */
export interface Progress {
  /** The snapshot up to which the read goes. */
  readonly upto: string;
  /** Of what it brought, everything up to that row is done, by transaction, then id. */
  readonly txid: string;
  readonly id: string;
}

/**
 * How far a page has read one channel with one adapter (mode `each`): everything that the snapshot sees, and the
 * messages listed besides. The page keeps it as a `PagePosition`, so that any sidecar can go on from it.
 */
export interface Position {
  /** In which database, and at what time of its, the snapshot means something. */
  readonly epoch: string;
  /** Of the read before the one that brought the oldest unacknowledged message. */
  readonly snapshot: string;
  /** Messages acknowledged since. */
  readonly ids: readonly string[];
  /** How far the read after the snapshot has been delivered: of a flood, a page may have all but the end. */
  readonly done?: Progress;
  /** How often the oldest messages that are not done have failed, by their ids. */
  readonly failed?: Readonly<Record<string, number>>;
  /** With the position `*`: the page kept more positions than it says, so what is not among them may be forgotten. */
  readonly forgot?: true;
}

/** Positions by the adapter, `<addon>.<Class>`, and the arguments of its `listen`, as JSON. */
export type Positions = Readonly<Record<string, Position>>;

/** Of more messages nobody says how often they failed: they fail one by one. */
export const MOST_FAILED = 20;
