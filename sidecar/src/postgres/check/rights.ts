import type pg from 'pg';
import { SidecarError } from '../../api/sidecar-error.ts';

/** What data/sidecar_role.sql grants: nothing less is enough. */
const RIGHTS = [
  ['web_socketio_message', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']],
  ['web_socketio_sidecar', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']],
  ['web_socketio_state', ['SELECT', 'UPDATE']],
  ['web_socketio_session', ['DELETE']],
] as const;
/** Of the sessions not the column `sealed`: with a token, it leads to a session of Odoo. */
const SESSION_COLUMNS = [
  ...['token_sha256', 'issuer', 'uid', 'session_hash', 'context', 'origin', 'expires', 'checked', 'locked'],
  ...['proof_due', 'ended'],
];
const SEQUENCE = 'web_socketio_message_id_seq';

const MISSING = `
SELECT verb || ' on ' || c.relname AS missing
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS rights("table", verb, place)
JOIN pg_class c ON c.relname = "table" AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
WHERE NOT CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, verb) ELSE has_table_privilege(c.oid, verb) END
ORDER BY place`;
const MISSING_COLUMNS = `
SELECT 'SELECT (' || string_agg(name, ', ' ORDER BY place) || ') on ' || c.relname AS missing
FROM unnest($2::text[]) WITH ORDINALITY AS wanted(name, place), pg_class c
WHERE c.relname = 'web_socketio_session' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND NOT has_column_privilege(c.oid, name, 'SELECT')
GROUP BY c.relname`;
/** The first is needed where rows come here from another server, the second to look a token up. */
const MISSING_FUNCTION = `
SELECT 'EXECUTE on ' || proname AS missing FROM pg_proc
WHERE proname IN ('web_socketio_rebase', 'web_socketio_identity') AND pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND NOT has_function_privilege(oid, 'EXECUTE')`;

/** @throws SidecarError `database_forbidden` */
export async function checkSchemaRight(
  client: pg.ClientBase,
  database: string,
  schemas: readonly string[],
): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name WHERE NOT has_schema_privilege(name, 'USAGE')`,
    [schemas],
  );
  if (rows.length > 0) {
    throw forbidden(
      database,
      rows.map(({ name }) => `USAGE on schema ${name}`),
    );
  }
}

/**
 * @param schema of the tables of web_socketio
 * @throws SidecarError `database_forbidden`
 */
export async function checkRights(client: pg.ClientBase, database: string, schema: string): Promise<void> {
  const rights: (readonly [string, string])[] = [
    ...RIGHTS.flatMap(([table, verbs]) => verbs.map((verb) => [table, verb] as const)),
    [SEQUENCE, 'USAGE'],
  ];
  const tables = await client.query<{ missing: string }>(MISSING, [
    schema,
    rights.map(([table]) => table),
    rights.map(([, verb]) => verb),
  ]);
  const columns = await client.query<{ missing: string }>(MISSING_COLUMNS, [schema, SESSION_COLUMNS]);
  const functions = await client.query<{ missing: string }>(MISSING_FUNCTION, [schema]);
  const missing = [...tables.rows, ...columns.rows, ...functions.rows].map((row) => row.missing);
  if (missing.length > 0) throw forbidden(database, missing);
}

function forbidden(database: string, missing: readonly string[]): SidecarError {
  return new SidecarError(
    'database_forbidden',
    `The role lacks rights in '${database}': ${missing.join(', ')}. Grant them with addon/web_socketio/data/sidecar_role.sql, or use Odoo's role.`,
  );
}
