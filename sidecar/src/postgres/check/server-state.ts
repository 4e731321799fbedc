import { closeClient } from '../connect/connection.ts';
import { dial } from '../connect/dial.ts';
import type { PostgresOptions } from '../connect/postgres-options.ts';

/** What a server does besides, as far as it concerns the sidecar. */
export interface ServerState {
  /** How long the oldest transaction of the database has gone on, in seconds; 0 if there is none. */
  readonly longestSeconds: number;
  /** How many connections to the database may have one that this role is not told of. */
  readonly hidden: number;
  /** How full the queue of notifications is, from 0 to 1. */
  readonly queue: number;
  /** How many more connections PostgreSQL would take of an ordinary role. */
  readonly free: number;
}

/** Of the connections of other roles PostgreSQL tells a role without rights little more than that they are there. */
const STATE = `
SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start) FILTER (
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  )), 0)::float8 AS longest,
  (count(*) FILTER (
    WHERE datname = current_database() AND usesysid IS NOT NULL AND backend_type IS NULL
  ))::int AS hidden,
  pg_notification_queue_usage() AS queue,
  (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - count(*) FILTER (WHERE datid IS NOT NULL))::int AS free
FROM pg_stat_activity`;

interface Row {
  readonly longest: number;
  readonly hidden: number;
  readonly queue: number;
  readonly free: number;
}

/** @throws Error what PostgreSQL or the network says */
export async function readServerState(options: PostgresOptions, name: string): Promise<ServerState> {
  const client = await dial(options, name);
  try {
    const { rows } = await client.query<Row>(STATE);
    const { longest = 0, hidden = 0, queue = 0, free = 0 } = rows[0] ?? {};
    return { longestSeconds: longest, hidden, queue, free };
  } finally {
    await closeClient(client);
  }
}
