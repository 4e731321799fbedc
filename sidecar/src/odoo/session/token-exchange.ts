import { quote } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { parseObject } from '../calls/raw-answer.ts';
import { HostRefusedError } from '../http/host-refused-error.ts';
import type { OdooServer } from '../http/odoo-server.ts';

/** What a client that has no token offers. */
export interface SessionOffer {
  readonly db: string;
  /** Odoo: the value of its cookie `session_id`. OpenERP 7.0: what finds its session there. A secret, never quoted. */
  readonly sessionId: string;
  /** The value of OpenERP 7.0's cookie `sid`, which finds its web session; null is Odoo. As secret. */
  readonly sid: string | null;
  /** The address at which Odoo is for that client; null if it did not say. */
  readonly origin: string | null;
  /** In which its methods run; null leaves it to Odoo. */
  readonly companyIds: readonly number[] | null;
}

const NAME = 'the exchange of a session id';
const PATH = '/web_socketio/exchange';
/** Nothing else can be in a key that Odoo gave. */
const KEY = /^[A-Za-z0-9_-]{1,256}$/;

/** Gets tokens at Odoo's own route, in the name of clients that have a session and no token. */
export class TokenExchange {
  readonly #server: OdooServer;

  constructor(server: OdooServer) {
    this.#server = server;
  }

  /**
   * Exchanges a session for a token. The session is neither prolonged nor changed: no cookie is sent, which would be an
   * activity of its user, and under a host whose databases are others would log that user out.
   *
   * Once, and the keys are forgotten.
   *
   * @throws SidecarError `session_unknown`, `session_locked`, `host_refused`, and what `OdooServer.post` throws
   */
  async exchange(offer: SessionOffer): Promise<string> {
    const { db, sessionId, sid } = offer;
    if (!KEY.test(sessionId) || (sid !== null && !KEY.test(sid))) throw unknownSession(db);
    const text = await this.#ask(offer);
    const answer = parseObject(text);
    const { token, db: owner, refused } = answer;
    // Odoo answers for the database of the session, whatever was asked for.
    if (typeof token === 'string' && owner === db) return token;
    if (refused === 'locked') throw lockedSession(db);
    if (refused !== undefined || owner !== undefined || token !== undefined) throw unknownSession(db);
    throw new SidecarError(
      'odoo_answer',
      `Odoo gave no token for a session of '${db}' and answered ${quote(text)}. See its log, and check the address of Odoo.`,
    );
  }

  async #ask({ db, sessionId, sid, origin, companyIds }: SessionOffer): Promise<string> {
    const request = { name: NAME, db, path: PATH, origin };
    const keys = { session_id: sessionId, ...(sid !== null && { sid }) };
    const body = JSON.stringify({ ...keys, ...(companyIds !== null && { company_ids: companyIds }) });
    try {
      const text = await this.#server.post({ ...request, contentType: 'text/plain', body });
      if (text === null) throw this.#server.refusedHost(request);
      return text;
    } catch (error) {
      const isFinal = error instanceof HostRefusedError || !(error instanceof SidecarError);
      if (isFinal || error.code === 'odoo_answer') throw error;
      // A second token that nobody uses does no harm: it may be asked for again, whatever became of this one.
      throw new SidecarError(error.code, error.message, { retry: true, cause: error });
    }
  }

  /** Gives up what runs. May be called twice. */
  stop(): void {
    this.#server.stop();
  }
}

function unknownSession(db: string): SidecarError {
  return new SidecarError(
    'session_unknown',
    `Odoo has no such session in '${db}', or it is over. Log in again and send the new session id.`,
  );
}

function lockedSession(db: string): SidecarError {
  return new SidecarError(
    'session_locked',
    `The session in '${db}' is locked. Unlock it in Odoo; the connection may be tried again.`,
  );
}
