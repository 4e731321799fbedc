import { quote, SocketIOError } from '../api/error.ts';
import { isObject } from './call-text.ts';
import type { OpenERPServer } from './openerp-server.ts';

/** What a client that has no token offers. */
export interface SessionOffer {
  readonly db: string;
  /** Odoo: the value of its cookie `session_id`. OpenERP 7.0: what finds its session there. A secret, never quoted. */
  readonly sessionId: string;
  /** The value of OpenERP 7.0's cookie `sid`, which finds its web session; null is Odoo. As secret. */
  readonly sid: string | null;
  /** The client's own: Odoo 19 lists the devices of a user by it. */
  readonly userAgent: string;
}

const PATH = '/web_socketio/token';
/** Nothing else can be in a key that OpenERP gave: it must not be able to add a header or a second cookie. */
const KEY = /^[A-Za-z0-9_-]{1,256}$/;
/** JSON-RPC of OpenERP and Odoo: the session is not good. */
const SESSION_INVALID = 100;

/** Gets tokens at OpenERP's own route, in the name of clients that have a session and no token. */
export class TokenExchange {
  readonly #server: OpenERPServer;

  constructor(server: OpenERPServer) {
    this.#server = server;
  }

  /**
   * Exchanges a session for a token. The session is neither prolonged nor changed.
   *
   * Once, and the keys are forgotten: in OpenERP 7.0 every request with a session's cookie writes that session back, so
   * that one which runs while its user logs out would bring it to life again.
   *
   * @throws SocketIOError `session_unknown`, and what `OpenERPServer.post` throws
   */
  async exchange(offer: SessionOffer): Promise<string> {
    const { db, sessionId, sid } = offer;
    if (!KEY.test(sessionId) || (sid !== null && !KEY.test(sid))) throw unknownSession(db);
    const text = await this.#ask(offer);
    const answer = parse(text);
    const { token, db: owner } = isObject(answer['result']) ? answer['result'] : {};
    // OpenERP answers for the database of the session, whatever was asked for.
    if (typeof token === 'string' && owner === db) return token;
    // OpenERP 7.0 takes wrong keys for a session of nobody, which is no error to it; None leaves no result.
    if (answer['jsonrpc'] !== undefined && answer['error'] === undefined) throw unknownSession(db);
    const error = isObject(answer['error']) ? answer['error'] : {};
    const { name } = isObject(error['data']) ? error['data'] : {};
    if (error['code'] === SESSION_INVALID) throw unknownSession(db);
    throw new SocketIOError(
      'openerp_answer',
      `OpenERP gave no token for a session of '${db}': ${quote(name ?? text)}. Is web_socketio installed there?`,
    );
  }

  async #ask({ db, sessionId, sid, userAgent }: SessionOffer): Promise<string | null> {
    const [cookie, params] =
      sid === null ? [`session_id=${sessionId}`, {}] : [`sid=${sid}`, { session_id: sessionId }];
    try {
      return await this.#server.post({
        ...{ name: 'the exchange of a session id', db, path: PATH, contentType: 'application/json' },
        headers: {
          Cookie: cookie,
          'User-Agent': userAgent.replace(/[^\x20-\x7e]/g, '?'),
        },
        body: JSON.stringify({ jsonrpc: '2.0', method: 'call', params }),
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

/** Empty for what is no JSON: the caller misses a token in it, and says so. */
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
