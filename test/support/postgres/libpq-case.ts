import type pg from 'pg';
import { expect } from 'vitest';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { readSettings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';
import { closeClient } from '../../../sidecar/src/postgres/connect/connection.ts';
import { dial } from '../../../sidecar/src/postgres/connect/dial.ts';
import { nameFailure } from '../../../sidecar/src/postgres/connect/failure.ts';
import type { PostgresAddress } from './postgres.ts';
import { askPsql, hasPsql, type LibpqVariables } from './psql/psql.ts';

const QUERY = `SELECT coalesce(host(inet_server_addr()), 'socket') || ' ' || current_setting('port')
  || (SELECT CASE WHEN ssl THEN ' TLS' ELSE '' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS answer`;

/** The variables of libpq by which a server of the tests is reached, in its database `postgres`. */
export function libpqVariables({ host, port, user, password }: PostgresAddress) {
  return { PGHOST: host, PGPORT: `${port}`, PGUSER: user, PGPASSWORD: password, PGDATABASE: 'postgres' };
}

/** A connection of the sidecar with an environment that has only these variables, `HOME` for the home folder. */
export function dialWith(env: LibpqVariables): Promise<pg.Client> {
  const home = env['HOME'] ?? '/nonexistent';
  // A busy machine takes longer than the two seconds that are usual.
  const patient = { PGCONNECT_TIMEOUT: '20', ...env };
  const { databases, postgres } = readSettings(
    new OptionReader(new Sources({ flags: {}, env: patient, cwd: '/', home })),
  );
  return dial(postgres, databases[0] ?? '');
}

/** Where the sidecar arrives with that environment, such as `127.0.0.1 5432 TLS`; or the code of its refusal. */
export async function arrive(env: LibpqVariables): Promise<string> {
  let client: pg.Client;
  try {
    client = await dialWith(env);
  } catch (error) {
    return nameFailure(error, env['PGDATABASE'] ?? '').code;
  }
  const { rows } = await client.query<{ answer: string }>(QUERY);
  await closeClient(client);
  return rows[0]?.answer ?? '';
}

/**
 * The sidecar arrives there, and so does libpq itself, where this machine has psql.
 *
 * @param expected null for a refusal
 */
export async function expectLikeLibpq(env: LibpqVariables, expected: string | null): Promise<void> {
  expect(await arrive(env)).toEqual(expected ?? expect.stringMatching(/^[a-z]+_[a-z_]+$/));
  if (await hasPsql()) expect(await askPsql(env, QUERY), 'libpq').toBe(expected);
}

/** The one line that the log has when the sidecar cannot connect with that environment. */
export async function refusal(env: LibpqVariables): Promise<string> {
  try {
    await closeClient(await dialWith(env));
    return 'connected';
  } catch (error) {
    const { code, message } = nameFailure(error, env['PGDATABASE'] ?? '');
    return `${code}: ${message}`;
  }
}
