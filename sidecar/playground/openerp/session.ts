import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Database } from '../postgres/database.ts';
import { accessDenied, accessError, sessionExpired } from './fault.ts';
import { sha256 } from './sha256.ts';

/** Who a request comes from. */
export interface Session {
  readonly id: string;
  readonly uid: number;
}

/** Of the cookie's 84 characters, those that stay when Odoo 19 gives a session a new id. */
const STORED_LENGTH = 42;
const WEEK_SECONDS = 7 * 24 * 60 * 60;
/** What ends a session when it changes. */
const PROOF = `encode(sha256(convert_to(concat_ws(E'\\x01', login, password), 'UTF8')), 'hex')`;

/** The web sessions of the stand-in. */
export class Sessions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Logs in.
   *
   * @throws Fault AccessDenied, or AccessError for another database
   */
  async open(db: unknown, login: unknown, password: unknown): Promise<Session> {
    if (db !== this.#database.name) throw accessError('Database not found.');
    const id = randomBytes(63).toString('base64url');
    const [row] = await this.#database.query<{ uid: number }>(
      `INSERT INTO playground_session (id, uid, proof)
       SELECT $1, id, ${PROOF} FROM res_users WHERE login = $2 AND password = $3 AND active RETURNING uid`,
      [stored(id), String(login), String(password)],
    );
    if (row === undefined) throw accessDenied();
    return { id, uid: row.uid };
  }

  /**
   * The session of a request. It is over once login, password or active have changed.
   *
   * @throws Fault SessionExpiredException
   */
  async find(request: IncomingMessage): Promise<Session> {
    const session = await this.look(cookieOf(request));
    if (session === null) throw sessionExpired();
    return session;
  }

  /** The session of an id, without its browser; null if it is over. */
  async look(id: string): Promise<Session | null> {
    const [row] = await this.#database.query<{ uid: number }>(
      `SELECT uid FROM playground_session AS s JOIN res_users AS u ON u.id = s.uid
       WHERE s.id = $1 AND u.active AND s.proof = ${PROOF} AND s.created > now() - $2 * interval '1 second'`,
      [stored(id), WEEK_SECONDS],
    );
    return row === undefined ? null : { id, uid: row.uid };
  }

  /** Logs out, and ends what the session proved to the sidecar. */
  async close({ id }: Session): Promise<void> {
    await this.#database.query('DELETE FROM playground_session WHERE id = $1', [stored(id)]);
    await this.#database.query('SELECT web_socketio_end_session($1)', [sessionHash(id)]);
  }
}

/** By what a row of a token knows its session. */
export function sessionHash(id: string): Buffer {
  return sha256(id.slice(0, STORED_LENGTH));
}

/** The head that gives a browser its session, or takes it away, under one path only. */
export function sessionCookie(id: string | null, path: string): string {
  const age = id === null ? 0 : WEEK_SECONDS;
  return `session_id=${id ?? ''}; Path=${path}; Max-Age=${age}; HttpOnly; SameSite=Lax`;
}

function cookieOf({ headers }: IncomingMessage): string {
  // Browsers send the one with the longest path first.
  return /(?:^|;\s*)session_id=([^;]*)/.exec(headers.cookie ?? '')?.[1] ?? '';
}

/** Not the id itself, which would open the session. */
function stored(id: string): string {
  return sha256(id).toString('hex');
}
