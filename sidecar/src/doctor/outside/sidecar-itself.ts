import { field } from '../../lib/field.ts';
import { readEcho } from './echo-reading.ts';
import { ODOO_ECHO } from './routing.ts';
import { Visitor } from './visitor.ts';

/** Whoever answers later is looked at with patience. */
const ASK_MS = 5_000;

/**
 * Is that the address of the sidecar, in the place of the one that browsers open? There nobody says through which proxy a
 * request came, Odoo's paths are not served, and what is for the inside is open. Never throws.
 */
export async function isSidecarItself(url: URL, signal: AbortSignal): Promise<boolean> {
  const visitor = new Visitor(url, signal);
  try {
    const { body } = await visitor.ask('/socket.io/echo', { timeoutMs: ASK_MS });
    const echo = readEcho(body.split('\n', 1)[0] ?? '');
    if (echo?.server !== 'web_socketio' || echo.forwardedHost !== null || echo.forwardedFor !== null)
      return false;
    const atOdoo = await visitor.ask(ODOO_ECHO, { timeoutMs: ASK_MS });
    if (atOdoo.status !== 404) return false;
    const health = await visitor.ask('/healthz', { timeoutMs: ASK_MS });
    return field(JSON.parse(health.body), 'status') === 'alive';
  } catch {
    // What is wrong is found, and said, by those who look for it.
    return false;
  }
}
