/** What a queue tells. */
export interface QueueEvents {
  /** The database could not be asked: nothing moves until `reload`. */
  failed(error: unknown): void;
  /** What was wanted of the database worked. */
  worked(): void;
}
