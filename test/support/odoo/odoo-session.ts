import { z } from 'zod';
import { postJson } from './odoo-rpc.ts';

export interface OdooUser {
  readonly uid: number;
  readonly login: string;
  readonly password: string;
}

const Renewed = z.strictObject({
  db: z.string(),
  uid: z.number(),
  handle: z.string(),
  token: z.string().optional(),
  expires_in: z.number(),
  url: z.union([z.string(), z.literal(false)]),
});
const Token = Renewed.extend({ token: z.string() });

/** What a page says of itself when it asks for a token. */
export interface PageParameters {
  handle?: string;
  company_ids?: unknown;
}

/** A user who is logged in, as a browser is: by a cookie. */
export class OdooSession {
  /** The value of the cookie `session_id`. */
  sessionId = '';
  readonly #url: string;
  readonly #prefix: string;

  /** @param prefix before all paths, such as `/left` */
  constructor(url: string, prefix = '') {
    this.#url = url;
    this.#prefix = prefix;
  }

  async logIn(db: string, { login, password }: Pick<OdooUser, 'login' | 'password'>): Promise<void> {
    await this.post('/web/session/authenticate', { db, login, password });
  }

  async logOut(): Promise<void> {
    await this.post('/web/session/destroy', {});
  }

  /** Asks for a token, or to renew the one that it is given, as pages do that were loaded before there were handles. */
  async token(token?: string): Promise<z.infer<typeof Token>> {
    return Token.parse(await this.post('/web_socketio/token', token === undefined ? {} : { token }));
  }

  /** Asks for a token, or to renew the one whose handle it is given. */
  async renew(page: PageParameters): Promise<z.infer<typeof Renewed>> {
    return Renewed.parse(await this.post('/web_socketio/token', page));
  }

  call(
    model: string,
    method: string,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    return this.post('/web/dataset/call_kw', { model, method, args, kwargs });
  }

  async post(path: string, params: unknown): Promise<unknown> {
    const { result, headers } = await postJson(
      new URL(`${this.#prefix}${path}`, this.#url),
      params,
      this.headers,
    );
    this.readCookies(headers);
    return result;
  }

  /** Takes the session id over that an answer sets. */
  readCookies(headers: Headers): void {
    for (const cookie of headers.getSetCookie()) {
      this.sessionId = /^session_id=([^;]*)/.exec(cookie)?.[1] ?? this.sessionId;
    }
  }

  get headers(): Record<string, string> {
    return this.sessionId === '' ? {} : { Cookie: `session_id=${this.sessionId}` };
  }

  /** What a JSON-RPC request needs besides its own parameters. */
  get parameters(): object {
    return {};
  }
}
