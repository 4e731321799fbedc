import { randomBytes } from 'node:crypto';
import type { Database } from '../database.ts';
import { userError } from './fault.ts';
import { type Session, sessionHash } from './session.ts';
import { sha256 } from './sha256.ts';

const PATTERN = /^wsio_[\w-]{43}$/;
const LIFETIME_SECONDS = 15 * 60;
const SHORTEST_LIFETIME_SECONDS = 60;
/** A `disconnect` handler runs after the logout that caused it and may still call models. */
const GRACE_SECONDS = 30;

/** What the token route answers. */
export interface TokenAnswer {
  readonly db: string;
  readonly uid: number;
  readonly token: string;
  readonly expires_in: number;
  readonly url: string | false;
}

/** The rows by which the sidecar knows pages: what the addon's `web_socketio.token` does. */
export class Tokens {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Extends the given token if this session owns it, else makes a new one. */
  async issue({ id, uid }: Session, context: object, token: unknown): Promise<TokenAnswer> {
    const lifetime = readLifetime(await this.#parameter('web_socketio.token_lifetime'));
    const values = [sessionHash(id), uid, JSON.stringify(context), lifetime];
    const owned = isToken(token) && (await this.#extend(token, values)) ? token : await this.#insert(values);
    const url = (await this.#parameter('web_socketio.url')) || false;
    return { db: this.#database.name, uid, token: owned, expires_in: lifetime, url };
  }

  /** The user of a token that may act right now, null otherwise. */
  async find(token: unknown): Promise<number | null> {
    if (!isToken(token)) return null;
    const [row] = await this.#database.query<{ uid: number }>(
      `SELECT s.uid FROM web_socketio_session AS s JOIN res_users ON res_users.id = s.uid AND res_users.active
       WHERE s.token_sha256 = $1 AND s.expires > now() AND s.proof_due IS NULL
         AND (s.ended IS NULL OR s.ended > now() - $2 * interval '1 second')`,
      [sha256(token), GRACE_SECONDS],
    );
    return row?.uid ?? null;
  }

  async #extend(token: string, values: readonly unknown[]): Promise<boolean> {
    const rows = await this.#database.query(
      `UPDATE web_socketio_session
       SET expires = now() + $4 * interval '1 second', context = $3, proof_due = NULL
       WHERE session_hash = $1 AND uid = $2 AND token_sha256 = $5 AND ended IS NULL RETURNING 1`,
      [...values, sha256(token)],
    );
    return rows.length > 0;
  }

  async #insert(values: readonly unknown[]): Promise<string> {
    const token = `wsio_${randomBytes(32).toString('base64url')}`;
    await this.#database.query(
      `INSERT INTO web_socketio_session (session_hash, uid, context, expires, token_sha256)
       VALUES ($1, $2, $3, now() + $4 * interval '1 second', $5)`,
      [...values, sha256(token)],
    );
    return token;
  }

  async #parameter(key: string): Promise<string> {
    const [row] = await this.#database.query<{ value: string }>(
      'SELECT value FROM ir_config_parameter WHERE key = $1',
      [key],
    );
    return row?.value ?? '';
  }
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && PATTERN.test(value);
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
