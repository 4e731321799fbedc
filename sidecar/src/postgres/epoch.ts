import type pg from 'pg';

/** What was found when the epoch was looked at. */
export interface EpochState {
  /** `system identifier : database oid : timeline`. */
  readonly epoch: string;
  /** True if the rows came here from elsewhere: every snapshot taken before means nothing now. */
  readonly changed: boolean;
}

const EPOCH = `
SELECT (SELECT system_identifier FROM pg_control_system()) || ':' ||
       (SELECT oid FROM pg_database WHERE datname = current_database()) || ':' ||
       left(pg_walfile_name(pg_current_wal_lsn()), 8) AS epoch`;

/**
 * Makes sure that the transaction ids in the tables are those of this server.
 *
 * After dump and restore, in a duplicated database and after a failover they are not. Then sessions, leases and sidecars
 * go and all rows count as new; nothing is purged. One sidecar does it, the others find it done.
 */
export async function ensureEpoch(client: pg.ClientBase): Promise<EpochState> {
  const current = await client.query<{ epoch: string }>(EPOCH);
  const epoch = current.rows[0]?.epoch ?? '';
  const stored = await storedEpoch(client);
  if (stored === epoch) return { epoch, changed: false };
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock(8068, 2)');
    const again = await storedEpoch(client);
    if (again !== epoch) {
      if (again !== null) {
        await client.query('DELETE FROM web_socketio_session');
        await client.query('DELETE FROM web_socketio_sidecar');
        await client.query('UPDATE web_socketio_message SET txid = txid_current(), lease = NULL');
        await client.query('UPDATE web_socketio_state SET purged_txid = 0');
      }
      await client.query('UPDATE web_socketio_state SET epoch = $1', [epoch]);
    }
    await client.query('COMMIT');
    return { epoch, changed: again !== null };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function storedEpoch(client: pg.ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ epoch: string | null }>('SELECT epoch FROM web_socketio_state');
  return rows[0]?.epoch ?? null;
}
