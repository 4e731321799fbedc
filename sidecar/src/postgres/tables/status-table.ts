import type { ConnectionPool, Queryable } from '../connect/pool.ts';

/** What a sidecar says of itself that is small, and changes often. */
export interface StatusReport {
  /** Where it runs: `host:port`. */
  readonly at: string;
  /** Connections to Odoo's bus; null if that is not served here. */
  readonly bus: number | null;
  /** Linked Python workers. */
  readonly workers: number;
  /** By the channel's name: its mode, or null if nobody reads it, and how many of its messages came in the last minute. */
  readonly channels: Readonly<Record<string, readonly [mode: string | null, perMinute: number]>>;
}

/** Who is connected: a place in each list for each user, in the order of their ids. */
export interface StatusUsers {
  readonly ids: readonly number[];
  readonly webSockets: readonly number[];
  readonly pollings: readonly number[];
  /** Of the page whose last answer took longest, in milliseconds; 0 if nobody knows. */
  readonly latencies: readonly number[];
}

/** One thing that a sidecar writes. */
export interface StatusWrite {
  readonly report: StatusReport;
  /** Null: as it was. */
  readonly users: StatusUsers | null;
  /** Within how many seconds it writes again, if it lives. */
  readonly dueSeconds: number;
  /** Nobody is connected: a connection that was opened for this is closed after it. */
  readonly isIdle: boolean;
}

/** Rows of sidecars that said nothing for a minute more than they should have go, and so do those of stopped ones. */
const GONE = `stopped OR due < clock_timestamp() - interval '1 minute'`;
/** One that is just being written is not waited for: two sidecars that do this for each other would wait for ever. */
const WRITE = {
  name: 'web_socketio_status',
  text: `
WITH gone AS (
  DELETE FROM web_socketio_status WHERE id IN (
    SELECT id FROM web_socketio_status WHERE id <> $1 AND (${GONE}) FOR UPDATE SKIP LOCKED
  )
)
INSERT INTO web_socketio_status AS status (id, version, started, seen, due, report, user_ids, web_sockets, pollings, latencies)
VALUES ($1, $2, clock_timestamp() - $3 * interval '1 second', clock_timestamp(),
  clock_timestamp() + $4 * interval '1 second', $5, COALESCE($6::integer[], '{}'), COALESCE($7::integer[], '{}'),
  COALESCE($8::integer[], '{}'), COALESCE($9::integer[], '{}'))
ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, due = excluded.due, report = excluded.report, stopped = false,
  user_ids = COALESCE($6, status.user_ids), web_sockets = COALESCE($7, status.web_sockets),
  pollings = COALESCE($8, status.pollings), latencies = COALESCE($9, status.latencies)`,
};
/** It stays until another sidecar writes: with it stays known which channels are queues. */
const STOP = {
  name: 'web_socketio_status_stop',
  text: `
UPDATE web_socketio_status SET stopped = true, seen = clock_timestamp(), user_ids = '{}', web_sockets = '{}',
  pollings = '{}', latencies = '{}'
WHERE id = $1`,
};

/** Writes a sidecar's row of status. @param id of that row */
export async function writeStatus(
  pool: ConnectionPool,
  id: string,
  release: string,
  { report, users, dueSeconds, isIdle }: StatusWrite,
): Promise<void> {
  const uptime = Math.round(performance.now() / 1000);
  const lists = [users?.ids, users?.webSockets, users?.pollings, users?.latencies].map(toArray);
  const client = await pool.connect();
  let isToClose = true;
  try {
    await client.query({
      ...WRITE,
      values: [id, release, uptime, dueSeconds, JSON.stringify(report), ...lists],
    });
    isToClose = isIdle && client.isNew === true;
  } finally {
    client.release(isToClose);
  }
}

/** Says that a sidecar was stopped. @param id of its row */
export async function stopStatus(pool: Queryable, id: string): Promise<void> {
  await pool.query({ ...STOP, values: [id] });
}

/** As PostgreSQL reads it: `pg` quotes each number of an array as a text. */
function toArray(numbers: readonly number[] | undefined): string | null {
  return numbers === undefined ? null : `{${numbers.join()}}`;
}
