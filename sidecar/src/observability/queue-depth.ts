/** How much there is of one queue, of whichever sidecar: of its oldest {@link MOST_COUNTED} messages. */
export interface QueueDepth {
  readonly channel: string;
  /** Neither leased nor dead. */
  readonly waiting: number;
  /** Leased to any sidecar. */
  readonly leased: number;
  readonly dead: number;
  /** How long ago the transaction began that sent the oldest of those that wait; null if none does. Seconds. */
  readonly oldestSeconds: number | null;
}

/** So many messages of a queue are looked at: more would take longer the more there are. */
export const MOST_COUNTED = 10_000;
