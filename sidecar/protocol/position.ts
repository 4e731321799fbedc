/** A place in what the sidecar reads, as a page keeps it. */
export interface Mark {
  /** Opaque to a page, which sends it back as it is: what the sidecar goes on from. */
  readonly at: string;
  /** Of two marks of one epoch, the one whose rank is the greater text (`>`) says more. The sidecar does not read it. */
  readonly rank: string;
}

/** A place within one read. */
export interface Progress extends Mark {
  /** Opaque, too: which read. Ranks of the same read compare, and no others. */
  readonly read: string;
}

/** How far a page has read with one adapter: made by a sidecar, kept by the page, understood by every sidecar. */
export interface PagePosition extends Mark {
  /** Positions of different epochs say nothing of one another: the one that came last counts. */
  readonly epoch: string;
  /** Messages that are done, although the mark does not cover them. */
  readonly ids: readonly string[];
  /** How far the read has been handled that follows the mark. */
  readonly done?: Progress;
  /** How often messages have failed, by id. */
  readonly failed?: Readonly<Record<string, number>>;
  /** With {@link BASE}: the page forgot positions, since there were too many. */
  readonly forgot?: true;
}

/** Positions by name. */
export type PagePositions = Readonly<Record<string, PagePosition>>;

/** The name of the position from which adapters start that have none of their own. */
export const BASE = '*';
