import { randomBytes } from 'node:crypto';
import type { Database } from '../postgres/database.ts';
import { userError } from './fault.ts';
import { seal } from './seal.ts';
import { type Session, sessionHash } from './session.ts';
import { sha256 } from './sha256.ts';
import { isToken } from './token-row.ts';

const HANDLE = /^[0-9a-f]{64}$/;
const LIFETIME_SECONDS = 15 * 60;
const SHORTEST_LIFETIME_SECONDS = 60;

/** What the token route answers. */
export interface TokenAnswer {
  readonly db: string;
  readonly uid: number;
  /** Names the row, and opens nothing. */
  readonly handle: string;
  /** Absent if the client has it already. */
  readonly token?: string;
  readonly expires_in: number;
  readonly url: string | false;
}

/** What a client says of the token that it has: its handle, or before there were handles the token itself. */
export interface OwnToken {
  readonly handle?: unknown;
  readonly token?: unknown;
}

/** The rows by which the sidecar knows pages. */
export class Tokens {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Extends the token that is named if this session owns it, else makes a new one in its place.
   *
   * @param origin the address at which the browser is, such as `http://127.0.0.1:8069`
   */
  async issue(session: Session, context: object, own: OwnToken, origin: string | null): Promise<TokenAnswer> {
    const lifetime = await this.lifetime();
    const url = (await this.#parameter('web_socketio.url')) || (false as const);
    const answer = { db: this.#database.name, uid: session.uid, expires_in: lifetime, url } as const;
    const key = keyOf(own);
    const values = [sessionHash(session.id), session.uid, JSON.stringify(context), lifetime, origin];
    if (key !== null && (await this.#extend(key, values))) {
      return { ...answer, handle: key.toString('hex'), ...(isToken(own.token) && { token: own.token }) };
    }
    if (key !== null) {
      await this.#database.query(
        'DELETE FROM web_socketio_session WHERE token_sha256 = $1 AND session_hash = $2 AND ended IS NULL',
        [key, sessionHash(session.id)],
      );
    }
    const token = `wsio_${randomBytes(32).toString('base64url')}`;
    await this.#insert(token, session.id, values);
    return { ...answer, handle: sha256(token).toString('hex'), token };
  }

  /** Ends a token whose session was refused, and tells the sidecars. */
  async end(own: OwnToken): Promise<void> {
    const key = keyOf(own);
    if (key === null) return;
    await this.#database.query(
      `WITH over AS (
         UPDATE web_socketio_session SET ended = clock_timestamp() WHERE token_sha256 = $1 AND ended IS NULL
         RETURNING session_hash
       )
       INSERT INTO web_socketio_message (channel, "values") SELECT 'web_socketio.control',
         json_build_object('type', 'ended', 'session_hash', encode(session_hash, 'hex')) FROM over`,
      [key],
    );
  }

  /** How many seconds a token lives. @throws Fault UserError */
  async lifetime(): Promise<number> {
    return readLifetime(await this.#parameter('web_socketio.token_lifetime'));
  }

  async #extend(key: Buffer, values: readonly unknown[]): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE web_socketio_session SET expires = now() + $4 * interval '1 second', context = $3, locked = NULL,
         origin = COALESCE($5, origin), checked = CASE WHEN sealed IS NOT NULL THEN clock_timestamp() END
       WHERE session_hash = $1 AND uid = $2 AND token_sha256 = $6 AND ended IS NULL AND proof_due IS NULL
         AND issuer = (SELECT web_socketio_identity()) RETURNING 1`,
      [...values, key],
    );
    return rows.length > 0;
  }

  async #insert(token: string, sessionId: string, values: readonly unknown[]): Promise<void> {
    await this.#database.query(
      `INSERT INTO web_socketio_session (session_hash, uid, context, expires, origin, token_sha256, sealed, checked)
       VALUES ($1, $2, $3, now() + $4 * interval '1 second', $5, $6, $7, clock_timestamp())`,
      [...values, sha256(token), seal(token, sessionId)],
    );
  }

  async #parameter(key: string): Promise<string> {
    const [row] = await this.#database.query<{ value: string }>(
      'SELECT value FROM ir_config_parameter WHERE key = $1',
      [key],
    );
    return row?.value ?? '';
  }
}

/** The key of the row that a client names. */
function keyOf({ handle, token }: OwnToken): Buffer | null {
  if (isToken(token)) return sha256(token);
  return typeof handle === 'string' && HANDLE.test(handle) ? Buffer.from(handle, 'hex') : null;
}

function readLifetime(text: string): number {
  if (text === '') return LIFETIME_SECONDS;
  if (!/^\d+$/.test(text) || Number(text) < SHORTEST_LIFETIME_SECONDS) {
    throw userError(
      `The system parameter web_socketio.token_lifetime is '${text}'. Give a number of seconds, ${SHORTEST_LIFETIME_SECONDS} or more.`,
    );
  }
  return Number(text);
}
