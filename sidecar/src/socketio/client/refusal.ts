import type { EndReason } from '../../../protocol/end.ts';
import { SocketIOError } from '../../api/error.ts';
import type { Log } from '../../observability/log.ts';

/** What Socket.IO hands to the browser as `connect_error`. */
export interface Refusal extends Error {
  readonly data: EndReason;
}

/** Names why somebody is not let in. What has no name is in the log, and nowhere else. */
export function toRefusal(error: unknown, log: Log): Refusal {
  const named = error instanceof SocketIOError ? error : null;
  if (named === null)
    log.error(null, `handshake_failed: ${error instanceof Error ? error.stack : String(error)}`);
  const code = named?.code ?? 'handshake_failed';
  const message = named?.message ?? "The handshake failed: see the sidecar's log.";
  return Object.assign(new Error(message), { data: { code, message, retry: named?.retry ?? true } });
}
