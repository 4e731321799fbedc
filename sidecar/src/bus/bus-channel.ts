import type { Share } from './share.ts';

/** A frame that waits for those before it; null while it is not known, and for nothing. */
export interface Place {
  frame: Buffer | null;
  known: boolean;
}

/** Who hears channels of one database. */
export interface BusListener {
  readonly open: boolean;
  /** For its hub alone. */
  channels: readonly BusChannel[];
  /** For its hub alone: what it gets of the read that is being handed out. */
  share: Share | null;
  /** Sends a frame, after those that wait. */
  deliver(frame: Buffer): void;
  /** From now on frames wait, until `fill` is called with this. */
  hold(): Place;
  /** Sends it, and what has waited for it. @param frame null for nothing */
  fill(place: Place, frame: Buffer | null): void;
  close(code: number): void;
}

/** One channel that somebody hears. */
export interface BusChannel {
  /** As it stands in `bus_bus`. */
  readonly text: string;
  readonly listeners: Set<BusListener>;
}
