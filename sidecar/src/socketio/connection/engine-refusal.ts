import type { IncomingMessage } from 'node:http';
import { quote } from '../../api/error.ts';
import type { Problem } from '../../api/problem.ts';
import { senderOf } from '../../lib/http/sender.ts';
import { type Refused, strangerRefused } from '../../observability/refused.ts';

/** What Engine.IO 6.6 tells of a request that it refuses: its event `connection_error`. */
export interface EngineRefusal {
  readonly req: IncomingMessage;
  /** 1: it does not know the connection; others are of requests that no client of Socket.IO makes. */
  readonly code: number;
  readonly message: string;
}

/** The same for the log. */
export function refusedByEngine({ req, code, message }: EngineRefusal): Refused {
  return strangerRefused('request', code === 1 ? UNKNOWN : invalid(message), senderOf(req));
}

const UNKNOWN: Problem = {
  code: 'connection_unknown',
  message:
    'A request of long-polling names a connection that this sidecar does not have. After a restart the page comes back by itself; if it goes on, the proxy sends the requests of one page to several sidecars.',
};

function invalid(message: string): Problem {
  return {
    code: 'handshake_invalid',
    message: `Engine.IO refuses a request for /socket.io/: ${quote(message)}. Does the proxy hand on its method, its address and its headers?`,
  };
}
