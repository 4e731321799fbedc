import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { ErrorCode } from '../../api/error-codes/catalogue.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { withinTime } from '../../lib/time-limit.ts';
import { checkModules } from '../tables/installed-addons.ts';
import { checkSchema } from '../tables/schema-version.ts';
import { findTables } from '../tables/table-schema.ts';
import { limitStatements, searchIn } from './connection-settings.ts';
import { isDirect, type Link, pooled, proveBackend } from './pooler-proof.ts';
import { checkRights, checkSchemaRight } from './rights.ts';

const OLDEST_POSTGRES = 100_000;
/** A connection's own notification arrives with the answer to its statement. */
const ECHO_MS = 2_000;

/** What a check found out until it ended, or failed. */
export interface CheckedDatabase {
  /** Such as `15.18`. */
  version: string | null;
  /** The addons installed there. */
  installed: ReadonlySet<string> | null;
  /** The version of web_socketio's tables. */
  schema: number | null;
}

/** How the other connections to that database have to be. */
export interface ConnectionFacts {
  readonly link: Link;
  /** The schemas of the tables. */
  readonly schemas: readonly string[];
}

/**
 * Finds out on a fresh connection whether a database can be served. The sidecar does at each connection, and
 * `--check-config` does: so both say the same of the same database. Sets up the connection; writes nothing.
 *
 * @param second opens another connection, if it has to be known how a pooler works; it is closed again
 * @param found what is known so far, also if it fails
 * @throws SidecarError for what is wrong with the database, and what PostgreSQL or the network says
 */
export async function checkDatabase(
  client: pg.Client,
  database: string,
  second: Parameters<typeof proveBackend>[2],
  found: CheckedDatabase,
): Promise<ConnectionFacts> {
  const link = await proveBackend(client, database, second);
  await limitStatements(client);
  found.version = await checkServer(client, database);
  const tables = await findTables(client, database);
  const schemas = [...new Set([tables.own, tables.modules])].filter((name) => name !== null);
  await checkSchemaRight(client, database, schemas);
  await searchIn(client, schemas);
  found.installed = await checkModules(client, database, tables);
  found.schema = await checkSchema(client, database);
  await checkRights(client, database, tables.own ?? '');
  await checkNotification(client, database);
  return { link, schemas };
}

/**
 * Makes another connection to the same database ready, after a first one was checked.
 * @throws SidecarError `postgres_pooled` if it is of another kind
 */
export async function prepareConnection(
  client: pg.Client,
  database: string,
  { link, schemas }: ConnectionFacts,
): Promise<void> {
  if (link === 'direct' && !(await isDirect(client))) throw pooled(database);
  await limitStatements(client);
  await searchIn(client, schemas);
}

/** @returns the server's version */
async function checkServer(client: pg.ClientBase, database: string): Promise<string> {
  const { rows } = await client.query<{
    version: string;
    number: number;
    standby: boolean;
    read_only: boolean;
  }>(`
SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
  current_setting('server_version_num')::int AS number, pg_is_in_recovery() AS standby,
  current_setting('transaction_read_only')::bool AS read_only`);
  const { version = '', number = 0, standby = false, read_only: isReadOnly = false } = rows[0] ?? {};
  const refuse = (code: ErrorCode, text: string) => new SidecarError(code, text);
  if (number < OLDEST_POSTGRES) {
    throw refuse(
      'postgres_version',
      `'${database}' is on PostgreSQL ${version}, and the sidecar needs 10 or later. Upgrade PostgreSQL.`,
    );
  }
  if (standby) {
    throw refuse(
      'database_standby',
      `The server of '${database}' is a standby, which only follows another one. Point WEB_SOCKETIO_DB_HOST and WEB_SOCKETIO_DB_PORT at the primary; if this one is to take over, it is served as soon as it is promoted.`,
    );
  }
  if (isReadOnly) {
    throw refuse(
      'database_read_only',
      `'${database}' lets the sidecar read only: default_transaction_read_only is on. Take that back where it was set: ALTER DATABASE ${database} RESET default_transaction_read_only, or the same of the role or the server.`,
    );
  }
  return version;
}

/** @throws SidecarError `postgres_pooled` if a notification does not arrive */
async function checkNotification(client: pg.Client, database: string): Promise<void> {
  const channel = `web_socketio_${randomBytes(8).toString('hex')}`;
  let hear: (message: pg.Notification) => void = () => undefined;
  const heard = new Promise<boolean>((resolve) => {
    hear = (message) => message.channel === channel && resolve(true);
  });
  client.on('notification', hear);
  try {
    await client.query(`LISTEN ${channel}`);
    await client.query(`NOTIFY ${channel}`);
    if (!(await withinTime(heard, ECHO_MS, () => false))) throw pooled(database);
    await client.query(`UNLISTEN ${channel}`);
  } finally {
    client.off('notification', hear);
  }
}
