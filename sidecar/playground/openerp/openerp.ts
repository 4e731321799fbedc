import type { IncomingMessage } from 'node:http';
import type { Database } from '../postgres/database.ts';
import type { Part, WebRequest } from '../web-server.ts';
import { Calls } from './call.ts';
import { Fault, SESSION_EXPIRED } from './fault.ts';
import { Inspection } from './inspection.ts';
import { answerJsonRpc, type Params } from './json-rpc.ts';
import { answerRaw, type RawAnswer } from './raw-route.ts';
import { type Session, Sessions, sessionCookie } from './session.ts';
import { type OwnToken, type TokenAnswer, Tokens } from './token.ts';

type RawRoute = (request: WebRequest, members: Params) => Promise<RawAnswer>;
type Route = (request: WebRequest, params: Params) => Promise<unknown>;

/** Plays OpenERP's part: as much of Odoo 19's protocol as the sidecar and the addon's browser code need. */
export class OpenERP implements Part {
  readonly #database: Database;
  readonly #sessions: Sessions;
  readonly #tokens: Tokens;
  readonly #calls: Calls;
  readonly #inspection: Inspection;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #rawRoutes: ReadonlyMap<string, RawRoute>;

  constructor(database: Database) {
    this.#database = database;
    this.#sessions = new Sessions(database);
    this.#tokens = new Tokens(database);
    this.#calls = new Calls(database);
    this.#inspection = new Inspection({
      ...{ database, sessions: this.#sessions, tokens: this.#tokens },
      contextOf: (uid) => this.#context(uid),
    });
    this.#routes = new Map<string, Route>([
      ['/web/session/authenticate', (request, params) => this.#authenticate(request, params)],
      ['/web/session/get_session_info', ({ request }) => this.#sessionInfo(request)],
      ['/web/session/destroy', (request) => this.#logOut(request)],
      ['/web/dataset/call_kw', ({ request }, params) => this.#callKw(request, params)],
      ['/web_socketio/token', ({ request }, params) => this.#token(request, params)],
    ]);
    this.#rawRoutes = new Map<string, RawRoute>([
      ['/web_socketio/call', (_, members) => this.#call(members)],
      ['/web_socketio/check', async (_, { tokens }) => ({ states: await this.#inspection.check(tokens) })],
      ['/web_socketio/exchange', ({ request }, members) => this.#exchange(request, members)],
    ]);
  }

  async answer(request: WebRequest): Promise<boolean> {
    if (request.path === '/web/session/logout') {
      await this.#logOut(request).catch(() => undefined);
      request.response.writeHead(303, { Location: `${request.prefix}/` }).end();
      return true;
    }
    const raw = this.#rawRoutes.get(request.path);
    if (raw !== undefined) {
      await answerRaw(request.request, request.response, (members) => raw(request, members));
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

  async #token(request: IncomingMessage, { handle, token }: Params): Promise<unknown> {
    try {
      const session = await this.#sessions.find(request);
      return await this.#issue(session, request, { handle, token });
    } catch (error) {
      if (error instanceof Fault && error.python === SESSION_EXPIRED)
        await this.#tokens.end({ handle, token });
      throw error;
    }
  }

  async #exchange(request: IncomingMessage, { session_id: id }: Params): Promise<RawAnswer> {
    const session = await this.#sessions.look(String(id));
    return session === null ? { refused: 'over' } : await this.#issue(session, request, {});
  }

  async #issue(session: Session, request: IncomingMessage, own: OwnToken): Promise<TokenAnswer> {
    const { host } = request.headers;
    const origin = host === undefined ? null : `http://${host}`;
    return await this.#tokens.issue(session, await this.#context(session.uid), own, origin);
  }

  async #call({ credential, call }: Params): Promise<RawAnswer> {
    const { row, state } = await this.#inspection.inspect(credential);
    if (row === null || (state !== 'live' && state !== 'renewed')) return { refused: state };
    const context = { ...row.context, ...(await this.#context(row.uid)) };
    return await this.#calls.callJson(row.uid, call, context);
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
      server_version: 'playground: a stand-in for Odoo',
    };
  }

  async #context(uid: number): Promise<object> {
    const context = await this.#calls.call(uid, { model: 'res.users', method: 'context_get' });
    return typeof context === 'object' && context !== null ? context : {};
  }
}
