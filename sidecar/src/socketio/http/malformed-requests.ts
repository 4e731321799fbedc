import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { reason } from '../../api/error.ts';
import type { Problem } from '../../api/problem.ts';
import { addressOf } from '../../lib/http/sender.ts';
import { type Refuse, strangerRefused } from '../../observability/refused.ts';

/** Of one request, its line and its headers. Browsers send the cookies of a host to all its ports, and Node takes 16 KB. */
export const MOST_HEADER_BYTES = 65_536;
/** How long a client may take to read the answer. Closed at once, its connection would be reset while it still sends. */
const CLOSE_MS = 1_000;

/** What is answered, as Node does where nobody listens to `clientError`, and what the log says; null for nothing. */
interface Answer {
  readonly status: string;
  readonly said: Problem | null;
}

/** Answers what Node's HTTP server cannot read, and says in the log that it was refused. */
export class MalformedRequests {
  readonly #refuse: Refuse;

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  /** For the server's event `clientError`. It comes again with everything that such a client goes on sending. */
  refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (!socket.writable) return;
    if (error.code === 'ECONNRESET' || isAnswering(socket)) return void socket.destroy(error);
    const { status, said } = answerTo(error);
    // What could not be read says nothing of who sent it, but for a proxy.
    const address = socket instanceof Socket ? addressOf(undefined, socket) : null;
    if (said !== null) this.#refuse(strangerRefused('request', said, { address, origin: null }));
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
    socket.once('close', () => clearTimeout(timer));
  }
}

/** Statuses: https://nodejs.org/docs/latest-v20.x/api/http.html#event-clienterror */
function answerTo(error: NodeJS.ErrnoException): Answer {
  // Of connections that browsers open in advance, and do not use.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: '408 Request Timeout', said: null };
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return {
      status: '431 Request Header Fields Too Large',
      said: {
        code: 'headers_too_large',
        message: `A request with more than ${MOST_HEADER_BYTES} bytes of headers was answered 431. Only Odoo's bus needs cookies: let the proxy take them off elsewhere, as those of docker/nginx and docker/apache do.`,
      },
    };
  }
  // The client went away before its request was whole.
  if (error.code === 'HPE_INVALID_EOF_STATE') return { status: '400 Bad Request', said: null };
  const status = error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW' ? '413 Payload Too Large' : '400 Bad Request';
  return {
    status,
    said: {
      code: 'request_malformed',
      message: `What is no HTTP/1.1 was answered ${status.slice(0, 3)} (${reason(error)}). The sidecar itself knows no TLS and no HTTP/2: those are for the proxy.`,
    },
  };
}

/** In the middle of an answer no other one can begin. Node's own check: there is no public one. */
function isAnswering(socket: Duplex): boolean {
  const response: unknown = Reflect.get(socket, '_httpMessage');
  return typeof response === 'object' && response !== null && Reflect.get(response, '_headerSent') === true;
}
