import type pg from 'pg';
import { SocketIOError } from '../api/error.ts';
import { closeClient, destroyClient, type PostgresOptions } from './connection.ts';
import { dial } from './dial.ts';
import { nameFailure } from './failure.ts';
import { linkOf } from './link.ts';
import { checkModules } from './module-table.ts';
import { checkSchema } from './schema-version.ts';

/** What was found out about one database. */
export interface DatabaseFacts {
  readonly name: string;
  /** Such as `15.18`; null if nobody answered. */
  readonly version: string | null;
  /** The addons installed there; null if that is not known, or web_socketio is not among them. */
  readonly installed: ReadonlySet<string> | null;
  /** The version of web_socketio's tables; null if it is not known, or does not fit. */
  readonly schema: number | null;
  /** Which server answers, and whether the connection is encrypted; null if there is none. */
  readonly link: string | null;
  /** Why the sidecar could not serve it. */
  readonly error: SocketIOError | null;
}

/** All questions together may take so long. */
const PROBE_MS = 5_000;

/** What data/sidecar_role.sql grants: nothing less is enough. */
const RIGHTS = [
  ['web_socketio_message', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']],
  ['web_socketio_sidecar', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']],
  ['web_socketio_state', ['SELECT', 'UPDATE']],
  ['web_socketio_session', ['SELECT', 'DELETE']],
] as const;

/** Finds out whether a database can be served, in bounded time. Writes nothing, listens to nothing, never throws. */
export async function probeDatabase(options: PostgresOptions, name: string): Promise<DatabaseFacts> {
  let client: pg.Client | null = null;
  const timer = setTimeout(() => client !== null && destroyClient(client), PROBE_MS);
  let version: string | null = null;
  let installed: ReadonlySet<string> | null = null;
  let schema: number | null = null;
  let link: string | null = null;
  try {
    client = await dial(options, name);
    link = linkOf(client);
    const { rows } = await client.query<{ version: string }>(
      `SELECT split_part(current_setting('server_version'), ' ', 1) AS version`,
    );
    version = rows[0]?.version ?? null;
    installed = await checkModules(client, name);
    schema = await checkSchema(client, name);
    await checkRights(client, name);
    return { name, version, installed, schema, link, error: null };
  } catch (error) {
    return { name, version, installed, schema, link, error: nameFailure(error, name) };
  } finally {
    clearTimeout(timer);
    if (client !== null) await closeClient(client);
  }
}

/** @throws SocketIOError `database_forbidden` */
async function checkRights(client: pg.Client, name: string): Promise<void> {
  const rights = RIGHTS.flatMap(([table, verbs]) => verbs.map((verb) => ({ table, verb })));
  const { rows } = await client.query<{ missing: string }>(
    `SELECT verb || ' on ' || "table" AS missing FROM unnest($1::text[], $2::text[]) AS rights("table", verb)
     WHERE NOT has_table_privilege("table", verb)`,
    [rights.map(({ table }) => table), rights.map(({ verb }) => verb)],
  );
  if (rows.length === 0) return;
  throw new SocketIOError(
    'database_forbidden',
    `The role lacks rights in '${name}': ${rows.map(({ missing }) => missing).join(', ')}. Grant them with addon/web_socketio/data/sidecar_role.sql, or use OpenERP's role.`,
  );
}
