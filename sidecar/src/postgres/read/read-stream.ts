import type pg from 'pg';

/** What one round brought. */
export interface Round {
  /** How many transactions. */
  readonly commits: number;
  /** True if there is more to read at once. */
  readonly behind: boolean;
}

/**
 * One table that is read in rounds over the connection of a subscription, whichever connection that is. What it throws
 * counts as a failure of the connection, and of all streams: one that may fail alone has to keep that to itself.
 */
export interface ReadStream {
  /** Called on each new connection before the first round. @param base what the column txid of messages is above the number of a transaction */
  begin(client: pg.ClientBase, base: string): Promise<void>;
  /** Reads once. If it fails, the next round goes on where it was. */
  round(client: pg.ClientBase): Promise<Round>;
  /** Forgets where it was: the next `begin` starts with what commits from then on. */
  restart(): void;
  /** Nothing will be read any more. */
  end(): void;
}
