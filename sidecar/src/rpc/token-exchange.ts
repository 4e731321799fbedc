import { quote, reason, SocketIOError } from '../api/error.ts';

/** Where OpenERP is, and how long it may take. */
export interface TokenExchangeOptions {
  /** Such as `http://127.0.0.1:8069`. */
  readonly url: string;
  readonly timeoutMs?: number;
}

/** What a client that has no token offers. */
export interface SessionOffer {
  readonly db: string;
  /** The value of OpenERP's session cookie: a secret, never quoted. */
  readonly sessionId: string;
  /** The client's own: Odoo 19 lists the devices of a user by it. */
  readonly userAgent: string;
}

const TIMEOUT_MS = 10_000;
/** Nothing else can be in a cookie that OpenERP gave: it must not be able to add a header or a second cookie. */
const SESSION_ID = /^[A-Za-z0-9_-]{1,256}$/;

/** Gets tokens at OpenERP's own route, in the name of clients that have a session and no token. */
export class TokenExchange {
  readonly #url: URL;
  readonly #timeoutMs: number;

  constructor({ url, timeoutMs = TIMEOUT_MS }: TokenExchangeOptions) {
    this.#url = new URL('/web_socketio/token', url);
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Exchanges a session id for a token. The session is neither prolonged nor changed.
   *
   * @throws SocketIOError `session_unknown`, `openerp_unreachable`, `openerp_answer`
   */
  async exchange({ db, sessionId, userAgent }: SessionOffer): Promise<string> {
    if (!SESSION_ID.test(sessionId)) throw unknownSession(db);
    const answer = await this.#ask(db, sessionId, userAgent);
    const result = field(answer, 'result');
    const [token, owner] = [field(result, 'token'), field(result, 'db')];
    // OpenERP answers for the database of the session, whatever was asked for.
    if (typeof token === 'string' && owner === db) return token;
    const name = field(field(field(answer, 'error'), 'data'), 'name');
    if (owner !== undefined || String(name).endsWith('SessionExpiredException')) throw unknownSession(db);
    throw new SocketIOError(
      'openerp_answer',
      `OpenERP gave no token for a session of '${db}' at ${this.#url}: ${quote(name ?? answer)}. Is web_socketio installed in '${db}'?`,
    );
  }

  async #ask(db: string, sessionId: string, userAgent: string): Promise<unknown> {
    let status: number;
    let text: string;
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Cookie: `session_id=${sessionId}`,
          'User-Agent': userAgent.replace(/[^\x20-\x7e]/g, '?'),
          'X-Odoo-Database': db,
        },
        body: '{"jsonrpc": "2.0", "method": "call", "params": {}}',
        // Whoever it names must not get the session.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      status = response.status;
      text = await response.text();
    } catch (cause) {
      const why = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
      throw new SocketIOError(
        'openerp_unreachable',
        `OpenERP cannot be asked for a token at ${this.#url.origin}: ${reason(why)}. Check that it runs.`,
        { retry: true },
      );
    }
    try {
      if (status === 200) return JSON.parse(text);
    } catch {
      // Said below: it is no JSON.
    }
    throw new SocketIOError(
      'openerp_answer',
      `OpenERP answered ${this.#url} with HTTP ${status}: ${quote(text)}. Is web_socketio installed in '${db}'?`,
      { retry: status >= 500 },
    );
  }
}

function unknownSession(db: string): SocketIOError {
  return new SocketIOError(
    'session_unknown',
    `OpenERP has no such session in '${db}', or it is over. Log in again and send the new session id.`,
  );
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}
