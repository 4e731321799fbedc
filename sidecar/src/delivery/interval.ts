/** The place of one message among those of a source. */
export interface Place {
  /** The number of its transaction. */
  readonly txid: string;
  readonly id: string;
}

/** Before all messages. */
export const START: Place = { txid: '0', id: '0' };

/** What one snapshot sees and another does not, behind a place. */
export interface Interval {
  /** The snapshot that does not see it. */
  readonly since: string;
  /** The snapshot that sees it, and includes the other. */
  readonly upto: string;
  readonly after: Place;
}

/** The same of one channel. */
export interface ChannelInterval extends Interval {
  readonly channel: string;
}
