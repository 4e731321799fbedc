import type { IncomingMessage } from 'node:http';
import type { Database } from '../database.ts';
import type { Part, WebRequest } from '../web-server.ts';
import { Calls } from './call.ts';
import { accessDenied } from './fault.ts';
import { answerJsonRpc, type Params } from './json-rpc.ts';
import { Sessions, sessionCookie } from './session.ts';
import { Tokens } from './token.ts';

type Route = (request: WebRequest, params: Params) => Promise<unknown>;

/** Plays OpenERP's part: as much of Odoo 19's protocol as the sidecar and the addon's browser code need. */
export class OpenERP implements Part {
  readonly #database: Database;
  readonly #sessions: Sessions;
  readonly #tokens: Tokens;
  readonly #calls: Calls;
  readonly #routes: ReadonlyMap<string, Route>;

  constructor(database: Database) {
    this.#database = database;
    this.#sessions = new Sessions(database);
    this.#tokens = new Tokens(database);
    this.#calls = new Calls(database);
    this.#routes = new Map<string, Route>([
      ['/web/session/authenticate', (request, params) => this.#authenticate(request, params)],
      ['/web/session/get_session_info', ({ request }) => this.#sessionInfo(request)],
      ['/web/session/destroy', (request) => this.#logOut(request)],
      ['/web/dataset/call_kw', ({ request }, params) => this.#callKw(request, params)],
      ['/web_socketio/token', ({ request }, params) => this.#token(request, params)],
      ['/web_socketio/call', (_, params) => this.#call(params)],
    ]);
  }

  async answer(request: WebRequest): Promise<boolean> {
    if (request.path === '/web/session/logout') {
      await this.#logOut(request).catch(() => undefined);
      request.response.writeHead(303, { Location: `${request.prefix}/` }).end();
      return true;
    }
    const route = this.#routes.get(request.path);
    if (route === undefined) return false;
    await answerJsonRpc(request.request, request.response, (params) => route(request, params));
    return true;
  }

  async #authenticate({ response, prefix }: WebRequest, params: Params): Promise<unknown> {
    const session = await this.#sessions.open(params['db'], params['login'], params['password']);
    response.setHeader('Set-Cookie', sessionCookie(session.id, prefix || '/'));
    return await this.#describe(session.uid);
  }

  async #sessionInfo(request: IncomingMessage): Promise<unknown> {
    const { uid } = await this.#sessions.find(request);
    return await this.#describe(uid);
  }

  async #logOut({ request, response, prefix }: WebRequest): Promise<void> {
    const session = await this.#sessions.find(request);
    await this.#sessions.close(session);
    response.setHeader('Set-Cookie', sessionCookie(null, prefix || '/'));
  }

  async #callKw(request: IncomingMessage, params: Params): Promise<unknown> {
    const { uid } = await this.#sessions.find(request);
    return await this.#calls.call(uid, params);
  }

  async #token(request: IncomingMessage, { token }: Params): Promise<unknown> {
    const session = await this.#sessions.find(request);
    return await this.#tokens.issue(session, await this.#context(session.uid), token);
  }

  async #call({ token, call }: Params): Promise<unknown> {
    const uid = await this.#tokens.find(token);
    if (uid === null) throw accessDenied();
    return await this.#calls.callJson(uid, call);
  }

  async #describe(uid: number): Promise<object> {
    const [user] = await this.#database.query<{ login: string; name: string; is_system: boolean }>(
      'SELECT login, name, is_system FROM res_users WHERE id = $1',
      [uid],
    );
    return {
      uid,
      db: this.#database.name,
      name: user?.name,
      username: user?.login,
      is_system: user?.is_system,
      is_admin: user?.is_system,
      is_internal_user: true,
      user_context: await this.#context(uid),
      server_version: 'playground: a stand-in for OpenERP',
    };
  }

  async #context(uid: number): Promise<object> {
    const context = await this.#calls.call(uid, { model: 'res.users', method: 'context_get' });
    return typeof context === 'object' && context !== null ? context : {};
  }
}
