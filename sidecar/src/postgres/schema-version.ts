import { SocketIOError } from '../api/error.ts';
import type { Queryable } from './pool.ts';

/** What this sidecar knows: the version that data/schema.sql of the same release writes. */
const KNOWN = 2;
/** The oldest one that it works with. */
const OLDEST = 2;

/** By way of JSON, since tables of an older addon lack the columns. */
const READ = `
SELECT (to_jsonb(state) ->> 'version')::int AS version, (to_jsonb(state) ->> 'compatible')::int AS compatible
FROM web_socketio_state AS state`;

/**
 * Makes sure that the addon in the database and this sidecar fit together. Whichever of the two is younger knows the
 * other: the sidecar says how old the tables may be, and the tables how old a sidecar may be.
 *
 * @returns the version of the tables
 * @throws SocketIOError `schema_version`
 */
export async function checkSchema(client: Queryable, database: string): Promise<number> {
  const { rows } = await client.query<{ version: number | null; compatible: number | null }>(READ);
  const { version = null, compatible = null } = rows[0] ?? {};
  if (version === null || compatible === null || version < OLDEST) {
    throw misfit(
      `The tables of web_socketio in '${database}' have ${version === null ? 'no version' : `version ${version}`}, and this sidecar needs ${OLDEST} or later. Update the addon to the sidecar's release, then: odoo -d ${database} -u web_socketio.`,
    );
  }
  if (compatible > KNOWN) {
    throw misfit(
      `The tables of web_socketio in '${database}' have version ${version}, for sidecars that know ${compatible} or later, and this one knows ${KNOWN}. Upgrade the sidecar to the addon's release.`,
    );
  }
  return version;
}

function misfit(text: string): SocketIOError {
  return new SocketIOError('schema_version', text, { retry: true });
}
