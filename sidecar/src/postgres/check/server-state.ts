import { closeClient } from '../connect/connection.ts';
import { dial } from '../connect/dial.ts';
import type { PostgresOptions } from '../connect/postgres-options.ts';

/** What a server does besides, as far as it concerns the sidecar. */
export interface ServerState {
  /** How long the oldest transaction of the database has gone on, in seconds; 0 if there is none. */
  readonly longestSeconds: number;
  /** How full the queue of notifications is, from 0 to 1. */
  readonly queue: number;
  /** How many more connections PostgreSQL would take of an ordinary role. */
  readonly free: number;
}

/** Of other roles, one without rights sees no query, and when its transaction began it does see. */
const STATE = `
SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start) FILTER (
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  )), 0)::float8 AS longest,
  pg_notification_queue_usage() AS queue,
  (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - count(*) FILTER (WHERE backend_type = 'client backend'))::int AS free
FROM pg_stat_activity`;

/** @throws Error what PostgreSQL or the network says */
export async function readServerState(options: PostgresOptions, name: string): Promise<ServerState> {
  const client = await dial(options, name);
  try {
    const { rows } = await client.query<{ longest: number; queue: number; free: number }>(STATE);
    const { longest = 0, queue = 0, free = 0 } = rows[0] ?? {};
    return { longestSeconds: longest, queue, free };
  } finally {
    await closeClient(client);
  }
}
