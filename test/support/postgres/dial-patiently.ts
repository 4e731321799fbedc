import type pg from 'pg';
import { dial } from '../../../sidecar/src/postgres/connect/dial.ts';
import type { PostgresOptions } from '../../../sidecar/src/postgres/connect/postgres-options.ts';

/** A connection of the sidecar, which is waited for longer than its own two seconds: a busy machine takes longer. */
export function dialPatiently(options: PostgresOptions, database: string): Promise<pg.Client> {
  return dial({ ...options, connectTimeoutMs: options.connectTimeoutMs ?? 60_000 }, database);
}
