import pg from 'pg';

/**
 * What the server is told of each connection. Less than the client's own five seconds, so that the server ends a
 * statement first: what only the client gives up goes on there, and holds its connection.
 *
 * `idle_session_timeout` would end a connection that listens. The keep-alives of the server's side end what a dead link
 * has left there, after 25 seconds instead of two hours.
 */
const SETTINGS = {
  statement_timeout: '4s',
  lock_timeout: '3s',
  idle_session_timeout: '0',
  tcp_keepalives_idle: '10s',
  tcp_keepalives_interval: '5s',
  tcp_keepalives_count: '3',
};
/** Those of them that this version of PostgreSQL has. */
const SET = `
SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS wanted(name, value) JOIN pg_settings USING (name)`;
/** From 14 on a statement ends when its client has gone. Refused where the server's system cannot tell. */
const WATCH_CLIENT = `
SELECT set_config(name, '2s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'`;
const INVALID_VALUE = '22023';

/**
 * Limits what a connection can do to the server. By statements, since poolers refuse such parameters at the log-in; and
 * only on a connection that is known to be our own, since others would inherit them.
 */
export async function limitStatements(client: pg.ClientBase): Promise<void> {
  await client.query(SET, [Object.keys(SETTINGS), Object.values(SETTINGS)]);
  try {
    await client.query(WATCH_CLIENT);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== INVALID_VALUE) throw error;
  }
}

/** Makes names without schema mean the tables of these schemas, whatever the role's own search_path says. */
export async function searchIn(client: pg.ClientBase, schemas: readonly string[]): Promise<void> {
  await client.query(
    `SELECT set_config('search_path', string_agg(quote_ident(name), ', '), false) FROM unnest($1::text[]) AS name`,
    [schemas],
  );
}
