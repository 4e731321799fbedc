import type pg from 'pg';

const SYSTEM = 'SELECT system_identifier::text AS part FROM pg_control_system()';
const DATABASE = 'SELECT oid::text AS part FROM pg_database WHERE datname = current_database()';
const TIMELINE = 'SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS part';

/** What a server does not tell stands as this. */
const UNKNOWN = '-';
/**
 * Refused, or not there: managed servers such as Aurora have no write-ahead log that PostgreSQL knows. What is left shows
 * less; then it is the start of the server and the pulse by which a change is noticed.
 */
const UNTOLD = /^(42501|42883|0A000|55000|58000|XX000)$/;

/**
 * Which server and database this is: `system identifier : database oid : timeline`. The timeline is another one after
 * each recovery that ends a standby or a restore to a point in time.
 */
export async function readServerIdentity(client: pg.ClientBase): Promise<string> {
  const parts: string[] = [];
  for (const query of [SYSTEM, DATABASE, TIMELINE]) parts.push(await readPart(client, query));
  return parts.join(':');
}

/** Is it the server of that epoch? What one of the two does not tell says nothing against it: two roles may see more and less. */
export function sameServer(identity: string, epoch: string): boolean {
  const parts = epoch.split(':');
  return identity
    .split(':')
    .every((part, index) => part === UNKNOWN || parts[index] === UNKNOWN || part === parts[index]);
}

async function readPart(client: pg.ClientBase, query: string): Promise<string> {
  try {
    const { rows } = await client.query<{ part: string }>(query);
    return rows[0]?.part ?? UNKNOWN;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (typeof code === 'string' && UNTOLD.test(code)) return UNKNOWN;
    throw error;
  }
}
