import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { SessionOver } from '../../../addon/web_socketio/src/token/token.ts';
import { sha256 } from '../../support/postgres/catalog/database-schema.ts';

/** A session of OpenERP, as a browser holds it. */
export interface Login {
  readonly uid: number;
  /** The one that the user logged in with. */
  readonly password: string;
  readonly session: string;
}

/** What OpenERP's token route does, without OpenERP: looks at the session and the user, then extends or inserts a row. */
export class TokenRoute {
  /** While it is down, OpenERP does not answer. */
  down = false;
  /** How long a token lives. */
  readonly #seconds: number;
  readonly #pool: pg.Pool;

  constructor(config: pg.ClientConfig, seconds = 900) {
    this.#seconds = seconds;
    this.#pool = new pg.Pool({ ...config, max: 2 });
    this.#pool.on('error', () => undefined);
  }

  /** @throws SessionOver if the user is no longer logged in */
  async answer(login: Login, token: string | undefined): Promise<object> {
    if (this.down) throw new Error('OpenERP does not answer');
    const { uid, password, session } = login;
    const { rows } = await this.#pool.query<{ db: string; valid: boolean }>(
      `SELECT current_database() AS db,
         EXISTS (SELECT FROM res_users WHERE id = $1 AND active AND password = $2)
         AND NOT EXISTS (SELECT FROM web_socketio_session WHERE session_hash = $3 AND ended IS NOT NULL) AS valid`,
      [uid, password, sha256(session)],
    );
    if (rows[0]?.valid !== true) throw new SessionOver('the user is no longer logged in');
    const answer = { db: rows[0].db, uid, expires_in: this.#seconds };
    if (token !== undefined && (await this.#extend(token, login))) return { ...answer, token };
    return { ...answer, token: await this.#insert(login) };
  }

  stop(): Promise<void> {
    return this.#pool.end();
  }

  async #extend(token: string, { uid, session }: Login): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `UPDATE web_socketio_session SET expires = now() + $4 * interval '1 second', proof_due = NULL
       WHERE token_sha256 = $1 AND uid = $2 AND session_hash = $3 AND ended IS NULL`,
      [sha256(token), uid, sha256(session), this.#seconds],
    );
    return rowCount === 1;
  }

  async #insert({ uid, session }: Login): Promise<string> {
    const token = `wsio_${randomBytes(32).toString('base64url')}`;
    await this.#pool.query(
      `INSERT INTO web_socketio_session (token_sha256, uid, session_hash, expires)
       VALUES ($1, $2, $3, now() + $4 * interval '1 second')`,
      [sha256(token), uid, sha256(session), this.#seconds],
    );
    return token;
  }
}
