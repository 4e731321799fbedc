import type { EndReason } from '../../../protocol/end.ts';
import { reason, SocketIOError } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { Log } from '../../observability/log.ts';
import { RareWarnings } from '../../observability/rare-warnings.ts';

/** What Socket.IO hands to the browser as `connect_error`. */
export interface Refusal extends Error {
  readonly data: EndReason;
}

const HIDDEN = "The handshake failed: see the sidecar's log.";

/** Says to clients why they are not let in, and in the log what only the log may know. */
export class Refusals {
  readonly #log: Log;
  readonly #warnings: RareWarnings;

  constructor(log: Log) {
    this.#log = log;
    this.#warnings = new RareWarnings((problem, details) => log.warn(null, problem, details));
  }

  /** What a client is told of the error that its handshake ended with. */
  name(error: unknown): Refusal {
    if (!(error instanceof SocketIOError)) {
      const stack = error instanceof Error ? error.stack : undefined;
      this.#log.error(null, { code: 'handshake_failed', message: reason(error) }, { stack });
      return refusal({ code: 'handshake_failed', message: HIDDEN, retry: true });
    }
    const { code, message, retry, isTold } = error;
    // Anybody can try a handshake, as often as they like.
    if (!isTold && error instanceof SidecarError) this.#warnings.warn(code, error);
    return refusal({ code, message: isTold ? message : HIDDEN, retry });
  }
}

function refusal(data: EndReason): Refusal {
  return Object.assign(new Error(data.message), { data });
}
