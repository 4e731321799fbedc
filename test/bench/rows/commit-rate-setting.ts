/** Who writes. */
export interface CommitRateSetting {
  readonly writers: number;
  /** With PREPARE TRANSACTION and COMMIT PREPARED. */
  readonly twoPhase: boolean;
  /** Do single users send messages beside the writers? */
  readonly singles: boolean;
}
