/** What is known of the commit of messages that were read together. One object for all of them. */
export interface CommitTime {
  /** They were committed after that, in milliseconds of the monotonic clock. */
  readonly after: number;
}
