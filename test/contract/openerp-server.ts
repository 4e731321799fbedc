import { z } from 'zod';
import { OdooFault, postRaw } from '../support/odoo/odoo-rpc.ts';
import type { OdooSession, OdooUser } from '../support/odoo/odoo-session.ts';

/** What the tests of the protocol need of a server that speaks it: a real Odoo, and the playground's stand-in. */
export interface OpenERPServer {
  readonly url: string;
  readonly database: string;
  readonly admin: OdooUser;
  /** A user without further rights. */
  createUser(login: string): Promise<OdooUser>;
  logIn(user: Pick<OdooUser, 'login' | 'password'>): Promise<OdooSession>;
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Brings a call to the addon's `call_json` and its answer back, where the series has no JSON route for it. */
  carry?(token: unknown, call: string): Promise<unknown>;
}

/** Gives the server once it runs. */
export type GetServer = () => OpenERPServer;

export const DENIED = { fault: 'odoo.exceptions.AccessDenied' };
export const ACCESS_ERROR = { fault: 'odoo.exceptions.AccessError' };
/** What a refused call is to `callByToken`, with the state of the token: `over`, `locked`, `unproved`, `unknown`. */
export const refused = (state: string) => ({ ...DENIED, message: `${DENIED.fault}: refused: ${state}` });
export const EXPIRED_SESSION = { fault: 'odoo.http.SessionExpiredException', code: 100 };

/** What a call has besides its model and its method. */
export interface Call {
  args?: unknown[];
  kwargs?: Record<string, unknown>;
  context?: Record<string, unknown>;
}

const Answer = z.union([
  z.strictObject({ result: z.unknown() }),
  z.strictObject({ error: z.strictObject({ name: z.string(), message: z.string() }) }),
]);

/** Calls a method as the sidecar does: by a token, over the addon's JSON route if there is one. */
export async function callByToken(
  server: OpenERPServer,
  token: unknown,
  model: string,
  method: string,
  rest: Call = {},
): Promise<unknown> {
  const call = JSON.stringify({ model, method, args: [], kwargs: {}, context: {}, ...rest });
  const carried = server.carry?.(token, call) ?? carryByRoute(server, token, call);
  const text = z.string().parse(await carried);
  if (/[^ -~]/.test(text)) throw new Error(`The answer is not all ASCII: ${text}`);
  const answer = Answer.parse(JSON.parse(text));
  if ('error' in answer) throw new OdooFault(answer.error.name, answer.error.message, 0);
  return answer.result;
}

async function carryByRoute(server: OpenERPServer, credential: unknown, call: string): Promise<string> {
  const text = await askForText(server, 'call', { credential, call });
  const { refused } = z.object({ refused: z.string().optional() }).parse(JSON.parse(text));
  if (refused !== undefined) throw new OdooFault(DENIED.fault, `refused: ${refused}`, 0);
  return text;
}

type SidecarRoute = 'call' | 'check' | 'exchange' | 'bus';

/** Asks one of the addon's routes for the sidecar. */
export async function askAsSidecar(
  server: Pick<OpenERPServer, 'url' | 'database'>,
  route: SidecarRoute,
  body: unknown,
): Promise<unknown> {
  return JSON.parse(await askForText(server, route, body));
}

async function askForText(
  { url, database }: Pick<OpenERPServer, 'url' | 'database'>,
  route: SidecarRoute,
  body: unknown,
): Promise<string> {
  const to = new URL(`/web_socketio/${route}`, url);
  const { status, text, headers } = await postRaw(to, body, { 'X-Odoo-Database': database });
  if (headers.getSetCookie().length > 0) throw new Error(`The route ${to.pathname} sets a cookie.`);
  if (status !== 200) throw new OdooFault(`HTTP ${status}`, text, status);
  return text;
}

/** What Odoo says of the sessions of tokens. */
export async function checkTokens(server: OpenERPServer, tokens: readonly unknown[]): Promise<string[]> {
  return z.object({ states: z.array(z.string()) }).parse(await askAsSidecar(server, 'check', { tokens }))
    .states;
}

/** The credential of a living sidecar, for a token. */
export async function credentialOf(server: OpenERPServer, token: string): Promise<string> {
  const [row] = await server.sql(
    'INSERT INTO web_socketio_sidecar (id) VALUES (gen_random_uuid()) RETURNING id::text',
  );
  return `${token}.${row?.['id']}`;
}

/** A user who is logged in, with the token of a page. */
export async function userWithToken(
  server: OpenERPServer,
  login: string,
): Promise<{ user: OdooUser; session: OdooSession; token: string; handle: string }> {
  const user = await server.createUser(login);
  const session = await server.logIn(user);
  const { token, handle } = await session.token();
  return { user, session, token, handle };
}
