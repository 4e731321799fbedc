import type { Queryable } from '../connect/pool.ts';

/** A dead letter: a message that nobody is given any more after too many failures. */
export interface DeadMessage {
  readonly id: string;
  readonly channel: string;
}

/** Which leases end. */
export interface Release {
  /** The sidecars that hold them. */
  readonly sidecars: readonly string[];
  /** How many failed attempts are counted. */
  readonly failures: number;
  /** After so many failed attempts a message becomes a dead letter. */
  readonly maxAttempts: number;
  /** Of these messages only; null: of all that those sidecars hold. */
  readonly ids: readonly string[] | null;
}

/** A new txid makes it a message that just arrived, for every sidecar. */
const RELEASE = `
UPDATE web_socketio_message SET lease = NULL, txid = txid_current(), attempts = attempts + $2,
  dead = CASE WHEN $2 > 0 AND attempts + $2 >= $3 THEN clock_timestamp() END
WHERE lease = ANY($1::uuid[])`;
const RETURNING = 'RETURNING id::text, channel, dead IS NOT NULL AS dead';
const RELEASE_ALL = { name: 'web_socketio_release_all', text: `${RELEASE} ${RETURNING}` };
const RELEASE_SOME = {
  name: 'web_socketio_release_some',
  text: `${RELEASE} AND id = ANY($4::bigint[]) ${RETURNING}`,
};

/** Requeues messages. @returns those that became dead letters */
export async function releaseLeases(
  client: Queryable,
  { sidecars, failures, maxAttempts, ids }: Release,
): Promise<DeadMessage[]> {
  const values = [sidecars, failures, maxAttempts];
  const query = ids === null ? { ...RELEASE_ALL, values } : { ...RELEASE_SOME, values: [...values, ids] };
  const { rows } = await client.query<DeadMessage & { dead: boolean }>(query);
  return rows.filter(({ dead }) => dead);
}
