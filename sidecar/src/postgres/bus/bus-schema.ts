import type pg from 'pg';
import { SidecarError } from '../../api/sidecar-error.ts';

interface Found {
  readonly locked: boolean;
  readonly missing: string | null;
  readonly forbidden: string | null;
}

/**
 * By the catalogue, since a statement would wait for the table where it is locked. The trigger comes last where a dump is
 * restored: the rows have their numbers of another server then, see web_socketio_bus_heal().
 */
const FOUND = `
WITH bus AS (SELECT to_regclass('bus_bus') AS oid),
functions AS (
  SELECT name, to_regprocedure(name) AS oid
  FROM unnest(ARRAY['web_socketio_bus_mark(text)', 'web_socketio_bus_heal()']) AS name
)
SELECT
  EXISTS (
    SELECT FROM pg_locks JOIN bus ON relation = bus.oid
    WHERE mode = 'AccessExclusiveLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  ) AS locked,
  (SELECT concat_ws(', ',
    CASE WHEN bus.oid IS NULL THEN 'the table bus_bus' END,
    CASE WHEN NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = bus.oid AND attname = 'txid' AND NOT attisdropped)
      THEN 'the column bus_bus.txid' END,
    CASE WHEN NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = bus.oid AND tgname = 'web_socketio_bus_wake_up')
      THEN 'the trigger web_socketio_bus_wake_up' END,
    (SELECT string_agg('the function ' || name, ', ') FROM functions WHERE functions.oid IS NULL)
  ) FROM bus) AS missing,
  (SELECT concat_ws(', ',
    CASE WHEN NOT has_table_privilege(bus.oid, 'SELECT') THEN 'SELECT on bus_bus' END,
    (SELECT string_agg('EXECUTE on ' || name, ', ') FROM functions
     WHERE functions.oid IS NOT NULL AND NOT has_function_privilege(functions.oid, 'EXECUTE'))
  ) FROM bus) AS forbidden`;

/**
 * Finds out on a new connection whether its bus can be read, and makes its rows those of this server.
 * @throws SidecarError `schema_incomplete`, `database_forbidden`, `table_locked`
 */
export async function prepareBus(client: pg.ClientBase, database: string): Promise<void> {
  const { rows } = await client.query<Found>(FOUND);
  const { locked, missing, forbidden } = rows[0] ?? { locked: false, missing: '', forbidden: '' };
  if (missing !== null && missing !== '') {
    throw new SidecarError(
      'schema_incomplete',
      `'${database}' lacks ${missing}, which the module web_socketio_bus makes: it is being installed, or a dump is being restored, and the sidecar waits for the end of that. Else: odoo -d ${database} -u web_socketio_bus.`,
    );
  }
  if (forbidden !== null && forbidden !== '') {
    throw new SidecarError(
      'database_forbidden',
      `The role lacks rights in '${database}': ${forbidden}. Grant them with addon/web_socketio/data/sidecar_role.sql, or use Odoo's role.`,
    );
  }
  if (locked) {
    throw new SidecarError(
      'table_locked',
      `Somebody has locked the table bus_bus of '${database}'. Wait until that transaction ends; pg_locks and pg_stat_activity name it.`,
    );
  }
  await client.query('SELECT web_socketio_bus_heal()');
}
