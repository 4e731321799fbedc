import { reason } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { Queryable } from '../connect/pool.ts';

/** What the row of a worker says. */
export interface WorkerRow {
  readonly id: string;
  /** What proves to the worker that it speaks with a sidecar of its database; null in a row of another program. */
  readonly answer: string | null;
}

const FIND = {
  name: 'web_socketio_worker',
  text: `
SELECT id, answer FROM web_socketio_worker
WHERE proof_sha256 = $1 AND seen > clock_timestamp() - interval '30 seconds'`,
};
/** Of older ones the code may be another by now. The youngest last, whose word counts. */
const DECLARED = {
  name: 'web_socketio_worker_declared',
  text: `
SELECT declares::text FROM web_socketio_worker
WHERE seen > clock_timestamp() - interval '7 days'
  AND seen > (SELECT max(seen) FROM web_socketio_worker) - interval '1 minute'
ORDER BY seen`,
};

const NO_TABLE = '42P01';
const FORBIDDEN = '42501';

/**
 * The worker with that proof; null if there is none, or nothing was heard of it for 30 s.
 *
 * @param hash SHA-256 of the proof
 * @throws SidecarError `link_version` if the tables are older, `database_forbidden` if the role may not look
 */
export async function findWorker(
  client: Queryable,
  database: string,
  hash: Buffer,
): Promise<WorkerRow | null> {
  try {
    const { rows } = await client.query<WorkerRow>({ ...FIND, values: [hash] });
    return rows[0] ?? null;
  } catch (cause) {
    const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
    if (code === NO_TABLE) {
      const text = `The tables of web_socketio in '${database}' are older than this sidecar and know no Python workers. Update the addon: odoo -d ${database} -u web_socketio.`;
      throw new SidecarError('link_version', text, { cause });
    }
    if (code === FORBIDDEN) {
      const text = `The role may not read web_socketio_worker in '${database}', so no Python worker can prove who it is. Run addon/web_socketio/data/sidecar_role.sql again.`;
      throw new SidecarError('database_forbidden', text, { cause });
    }
    const text = `'${database}' cannot be asked for the proof of a Python worker: ${reason(cause)}. The worker tries again.`;
    throw new SidecarError('link_proof', text, { cause });
  }
}

/** What the workers declared that ran last, within 7 days, as each wrote it; nothing where the tables are older or may not be read. */
export async function readDeclared(client: Queryable): Promise<unknown[]> {
  try {
    const { rows } = await client.query<{ declares: string }>(DECLARED);
    return rows.map(({ declares }): unknown => JSON.parse(declares));
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === NO_TABLE || code === FORBIDDEN) return [];
    throw error;
  }
}
