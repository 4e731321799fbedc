import type { Database } from '../postgres/database.ts';
import { seal, unseal } from './seal.ts';
import { sha256 } from './sha256.ts';

const PATTERN = /^wsio_[\w-]{43}$/;
/** A token, and behind a point the id of the sidecar that acts with it. */
const CREDENTIAL = /^(wsio_[\w-]{43})(?:\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?$/;
/** A `disconnect` handler runs after the logout that caused it and may still call models. */
const GRACE_SECONDS = 30;
/** A sidecar writes every second that it lives. */
const SIDECAR_SECONDS = 30;

export type TokenState = 'live' | 'renewed' | 'over' | 'locked' | 'unproved' | 'unknown';

/** The row of a token. */
export interface TokenRow {
  readonly token: string;
  readonly uid: number;
  readonly sessionHash: Buffer;
  readonly context: Readonly<Record<string, unknown>>;
  /** What finds the session; null if it cannot be looked at without its browser. */
  readonly key: string | null;
  readonly proofDue: boolean;
  readonly locked: boolean;
  readonly ended: boolean;
  /** What the row says by itself. */
  readonly state: TokenState;
  readonly secondsLeft: number;
}

interface Columns {
  readonly uid: number;
  readonly active: boolean;
  readonly session_hash: Buffer;
  readonly context: string;
  readonly sealed: Buffer | null;
  readonly checked: boolean;
  readonly due: boolean;
  readonly locked: boolean;
  readonly ended: boolean;
  readonly leaving: boolean;
  readonly left: number;
}

export function isToken(value: unknown): value is string {
  return typeof value === 'string' && PATTERN.test(value);
}

/** The row of a credential; null if this database knows none. */
export async function readRow(database: Database, credential: unknown): Promise<TokenRow | null> {
  const [, token, sidecar = null] = (typeof credential === 'string' && CREDENTIAL.exec(credential)) || [];
  if (token === undefined) return null;
  const [columns] = await database.query<Columns & Record<string, unknown>>(
    `SELECT s.uid, COALESCE(u.active, false) AS active, s.session_hash, s.context, s.sealed,
       s.checked IS NOT NULL AS checked, s.proof_due IS NOT NULL AS due, s.locked IS NOT NULL AS locked,
       s.ended IS NOT NULL AS ended, s.ended > now() - $2 * interval '1 second' AND EXISTS (
         SELECT FROM web_socketio_sidecar WHERE id = $3::uuid AND seen > now() - $4 * interval '1 second'
       ) AS leaving, extract(epoch FROM s.expires - now())::float8 AS left
     FROM web_socketio_session AS s LEFT JOIN res_users AS u ON u.id = s.uid
     WHERE s.token_sha256 = $1 AND s.expires > now() AND s.issuer = (SELECT web_socketio_identity())`,
    [sha256(token), GRACE_SECONDS, sidecar, SIDECAR_SECONDS],
  );
  return columns === undefined ? null : toRow(token, columns);
}

function toRow(token: string, columns: Columns): TokenRow {
  const { uid, session_hash: sessionHash, context, sealed, checked, due, locked, ended, left } = columns;
  const key = checked && sealed !== null ? unseal(token, sealed) : null;
  const state = stateOf(columns);
  return {
    ...{ token, uid, sessionHash, context: JSON.parse(context), key, state },
    ...{ proofDue: due, locked, ended, secondsLeft: left },
  };
}

function stateOf({ active, due, locked, ended, leaving }: Columns): TokenState {
  if (ended) return leaving && active && !due ? 'live' : 'over';
  if (!active) return 'unknown';
  if (due) return 'unproved';
  return locked ? 'locked' : 'live';
}

/** Writes down that a session was found good. @param lifetime to extend the token by so many seconds; null leaves it */
export async function agree(
  database: Database,
  { token, key }: TokenRow,
  context: object,
  lifetime: number | null,
): Promise<void> {
  await database.query(
    `UPDATE web_socketio_session SET checked = clock_timestamp(), locked = NULL, proof_due = NULL, context = $2,
       sealed = $3, expires = GREATEST(expires, now() + $4 * interval '1 second')
     WHERE token_sha256 = $1 AND ended IS NULL`,
    [sha256(token), JSON.stringify(context), key === null ? null : seal(token, key), lifetime],
  );
}
