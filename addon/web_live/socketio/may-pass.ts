import { SocketIOError } from 'web_socketio';

/** A time limit, too: Odoo may have less to do later. */
const PASSING = new Set(['odoo_unreachable', 'odoo_timeout', 'odoo_answer']);

/**
 * May Odoo be asked the same again? All that is asked here is read, so it does no harm if Odoo has carried it out and only the
 * answer was lost, or somebody else has answered, such as a proxy.
 */
export function mayPass(error: unknown): error is SocketIOError {
  return error instanceof SocketIOError && (error.retry || PASSING.has(error.code));
}
