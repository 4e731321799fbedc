import { z } from 'zod';
import { OdooFault, postJson } from '../support/odoo-rpc.ts';
import type { OdooSession, OdooUser } from '../support/odoo-session.ts';

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

async function carryByRoute(
  { url, database }: OpenERPServer,
  token: unknown,
  call: string,
): Promise<unknown> {
  const route = new URL('/web_socketio/call', url);
  const { result, headers } = await postJson(route, { token, call }, { 'X-Odoo-Database': database });
  if (headers.getSetCookie().length > 0) throw new Error('The call route sets a cookie.');
  return result;
}

/** A user who is logged in, with the token of a page. */
export async function userWithToken(
  server: OpenERPServer,
  login: string,
): Promise<{ user: OdooUser; session: OdooSession; token: string }> {
  const user = await server.createUser(login);
  const session = await server.logIn(user);
  return { user, session, token: (await session.token()).token };
}
