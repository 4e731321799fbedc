import { quote, SocketIOError } from '../api/error.ts';
import { isObject } from './call-text.ts';
import type { OpenERPServer } from './openerp-server.ts';

/** What a client that has no token offers. */
export interface SessionOffer {
  readonly db: string;
  /** The value of OpenERP's session cookie: a secret, never quoted. */
  readonly sessionId: string;
  /** The client's own: Odoo 19 lists the devices of a user by it. */
  readonly userAgent: string;
}

const PATH = '/web_socketio/token';
/** Nothing else can be in a cookie that OpenERP gave: it must not be able to add a header or a second cookie. */
const SESSION_ID = /^[A-Za-z0-9_-]{1,256}$/;

/** Gets tokens at OpenERP's own route, in the name of clients that have a session and no token. */
export class TokenExchange {
  readonly #server: OpenERPServer;

  constructor(server: OpenERPServer) {
    this.#server = server;
  }

  /**
   * Exchanges a session id for a token. The session is neither prolonged nor changed.
   *
   * @throws SocketIOError `session_unknown`, and what `OpenERPServer.post` throws
   */
  async exchange({ db, sessionId, userAgent }: SessionOffer): Promise<string> {
    if (!SESSION_ID.test(sessionId)) throw unknownSession(db);
    const text = await this.#ask(db, sessionId, userAgent);
    const answer = parse(text);
    const { token, db: owner } = isObject(answer['result']) ? answer['result'] : {};
    // OpenERP answers for the database of the session, whatever was asked for.
    if (typeof token === 'string' && owner === db) return token;
    const error = isObject(answer['error']) ? answer['error'] : {};
    const { name } = isObject(error['data']) ? error['data'] : {};
    if (owner !== undefined || String(name).endsWith('SessionExpiredException')) throw unknownSession(db);
    throw new SocketIOError(
      'openerp_answer',
      `OpenERP gave no token for a session of '${db}': ${quote(name ?? text)}. Is web_socketio installed there?`,
    );
  }

  async #ask(db: string, sessionId: string, userAgent: string): Promise<string | null> {
    try {
      return await this.#server.post({
        ...{ name: 'the exchange of a session id', db, path: PATH, contentType: 'application/json' },
        headers: {
          Cookie: `session_id=${sessionId}`,
          'User-Agent': userAgent.replace(/[^\x20-\x7e]/g, '?'),
        },
        body: '{"jsonrpc": "2.0", "method": "call", "params": {}}',
      });
    } catch (error) {
      if (!(error instanceof SocketIOError) || error.code === 'openerp_answer') throw error;
      // A second token that nobody uses does no harm: it may be asked for again, whatever became of this one.
      throw new SocketIOError(error.code, error.message, { retry: true, cause: error });
    }
  }

  /** Gives up what runs. May be called twice. */
  stop(): void {
    this.#server.stop();
  }
}

function parse(text: string | null): Record<string, unknown> {
  try {
    const answer: unknown = JSON.parse(text ?? '');
    return isObject(answer) ? answer : {};
  } catch {
    return {};
  }
}

function unknownSession(db: string): SocketIOError {
  return new SocketIOError(
    'session_unknown',
    `OpenERP has no such session in '${db}', or it is over. Log in again and send the new session id.`,
  );
}
