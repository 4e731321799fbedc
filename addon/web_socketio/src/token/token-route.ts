import { type FetchToken, SessionOver, TokenRefused } from './token.ts';

/** The names that Odoo has for the end of a session. A subclass, such as that of a locked screen, has another name. */
const OVER: ReadonlySet<unknown> = new Set([
  'odoo.http.SessionExpiredException',
  'openerp.http.SessionExpiredException',
]);

/**
 * Asks the token route by JSON-RPC, with the page's cookie.
 *
 * A plain fetch instead of the web client's `rpc`: a background request must show neither a loading bar nor an error
 * dialog.
 *
 * @param url the route, on the page's own server
 * @param tell what else Odoo has to know about the page, at the time of each request
 */
export function tokenRoute(url: string, tell: () => object = () => ({})): FetchToken {
  return async (known, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params: { ...tell(), ...known } }),
      credentials: 'same-origin',
      cache: 'no-store',
      signal,
    });
    if (!response.ok) throw new Error(`the token route answered HTTP ${response.status}`);
    return resultOf(await response.json());
  };
}

/**
 * The result of a JSON-RPC answer, whose errors come with HTTP 200.
 *
 * @throws SessionOver if the session is surely over, TokenRefused for any other error of Odoo
 */
export function resultOf(body: unknown): unknown {
  const { error, result } = fieldsOf(body);
  if (error === undefined) return result;
  const { message, data } = fieldsOf(error);
  const { name, type } = fieldsOf(data);
  const said = typeof message === 'string' ? message : 'no message';
  if (OVER.has(name) || type === 'session_invalid') throw new SessionOver(said);
  throw new TokenRefused(`the token route refused: ${said}`);
}

function fieldsOf(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null ? { ...data } : {};
}
