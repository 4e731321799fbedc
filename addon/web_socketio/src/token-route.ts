import { type FetchToken, SessionOver } from './token.ts';

/**
 * Asks the token route by JSON-RPC, with the page's cookie.
 *
 * A plain fetch and not the web client's own `rpc`: a renewal in the background must show neither a loading bar nor an
 * error dialog.
 *
 * @param url the route, on the page's own server
 * @param identify more parameters by which OpenERP finds the session, as they are when a request leaves
 */
export function tokenRoute(url: string, identify: () => object = () => ({})): FetchToken {
  return async (token, signal) => {
    const params = { ...identify(), ...(token && { token }) };
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params }),
      credentials: 'same-origin',
      cache: 'no-store',
      signal,
    });
    if (!response.ok) throw new Error(`the token route answered HTTP ${response.status}`);
    return resultOf(await response.json());
  };
}

/** The result of a JSON-RPC answer; Odoo tells of an expired session with HTTP 200. */
export function resultOf(body: unknown): unknown {
  const { error, result } = fieldsOf(body);
  if (error === undefined) return result;
  const { code, message, data } = fieldsOf(error);
  const { name } = fieldsOf(data);
  const isOver = code === 100 || name === 'odoo.http.SessionExpiredException';
  const said = typeof message === 'string' ? message : 'no message';
  throw isOver ? new SessionOver(said) : new Error(`the token route failed: ${said}`);
}

function fieldsOf(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null ? { ...data } : {};
}
