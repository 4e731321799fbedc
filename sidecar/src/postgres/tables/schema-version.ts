import { SidecarError } from '../../api/sidecar-error.ts';
import type { Queryable } from '../connect/pool.ts';

/** What this sidecar knows: the version that data/schema.sql of the same release writes. */
const KNOWN = 5;
/** The oldest one that it works with. */
const OLDEST = 3;

/** By way of JSON, since tables of an older addon lack the columns. */
const READ = `
SELECT (to_jsonb(state) ->> 'version')::int AS version, (to_jsonb(state) ->> 'compatible')::int AS compatible,
  EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass('web_socketio_message') AND tgname = 'web_socketio_stamp')
    AS stamped
FROM web_socketio_state AS state`;

interface State {
  readonly version: number | null;
  readonly compatible: number | null;
  readonly stamped: boolean;
}

/**
 * Makes sure that the addon in the database and this sidecar fit together. Whichever of the two is younger knows the
 * other: the sidecar says how old the tables may be, and the tables how old a sidecar may be.
 *
 * And that all of the tables is there. Restoring a dump makes triggers at its end, after the indexes, perhaps an hour
 * after the rows: a sidecar that worked with these would make the trigger itself, to put them into the past, and the
 * restore would fail where it makes its own.
 *
 * @returns the version of the tables
 * @throws SidecarError `schema_version`, `schema_incomplete`
 */
export async function checkSchema(client: Queryable, database: string): Promise<number> {
  const [state] = (await client.query<State>(READ)).rows;
  if (state === undefined) throw incomplete(database, 'web_socketio_state has no row');
  const { version, compatible, stamped } = state;
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
  if (!stamped) throw incomplete(database, 'web_socketio_message has no trigger web_socketio_stamp');
  return version;
}

function incomplete(database: string, what: string): SidecarError {
  return new SidecarError(
    'schema_incomplete',
    `In '${database}' the table ${what}: a dump is being restored, and the sidecar waits for its end. If none is, make what is missing: odoo -d ${database} -u web_socketio.`,
  );
}

function misfit(text: string): SidecarError {
  return new SidecarError('schema_version', text);
}
