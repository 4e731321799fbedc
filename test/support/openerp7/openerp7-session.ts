import { z } from 'zod';
import { OdooFault, postJson } from '../odoo/odoo-rpc.ts';
import { OdooSession, type OdooUser } from '../odoo/odoo-session.ts';

const Info = z.object({ session_id: z.string(), uid: z.union([z.number(), z.literal(false), z.null()]) });

/** A user who is logged in to OpenERP 7.0, which finds a session by two keys: a cookie and a parameter. */
export class OpenERP7Session extends OdooSession {
  /** The value of the cookie `sid`. */
  sid = '';
  readonly #url: string;

  constructor(url: string) {
    super(url);
    this.#url = url;
  }

  override async logIn(db: string, { login, password }: Pick<OdooUser, 'login' | 'password'>): Promise<void> {
    const params = { db, login, password, base_location: this.#url };
    const info = Info.parse(await this.post('/web/session/authenticate', params));
    this.sessionId = info.session_id;
    // OpenERP 7.0 does not call it an error.
    if (!info.uid) throw new OdooFault('odoo.exceptions.AccessDenied', 'Access denied.', 200);
  }

  /** Who OpenERP itself takes the session for: false or null is nobody. */
  async uid(): Promise<number | false | null> {
    return Info.parse(await this.post('/web/session/get_session_info', {})).uid;
  }

  /** The same session as another server process knows it. */
  at(url: string): OpenERP7Session {
    const session = new OpenERP7Session(url);
    session.sid = this.sid;
    session.sessionId = this.sessionId;
    return session;
  }

  override async post(path: string, params: object): Promise<unknown> {
    const url = new URL(path, this.#url);
    const { result, headers } = await postJson(url, { ...params, ...this.parameters }, this.headers);
    for (const cookie of headers.getSetCookie()) this.sid = /^sid=([^;]*)/.exec(cookie)?.[1] ?? this.sid;
    return result;
  }

  override get headers(): Record<string, string> {
    return this.sid === '' ? {} : { Cookie: `sid=${this.sid}` };
  }

  override get parameters(): object {
    return this.sessionId === '' ? {} : { session_id: this.sessionId };
  }
}
