import type { Duplex } from 'node:stream';
import { reason } from '../api/error.ts';

/** Of one request, its line and its headers. Browsers send the cookies of a host to all its ports, and Node takes 16 KB. */
export const MOST_HEADER_BYTES = 65_536;
/** Each kind is in the log once in this time: anybody can send anything, as often as they like. */
const QUIET_MS = 60_000;
/** What a client may take to read the answer. Closed at once, its connection would be reset while it still sends. */
const FAREWELL_MS = 1_000;

/** What is answered, as Node does where nobody listens to `clientError`, and what the log says; null for nothing. */
interface Answer {
  readonly status: string;
  readonly said: string | null;
}

/** Answers what Node's HTTP server cannot read, and says in the log that it was refused. */
export class MalformedRequests {
  readonly #warn: (text: string) => void;
  readonly #now: () => number;
  /** By status, so that there are three at most: when it was in the log, and how often it came since. */
  readonly #said = new Map<string, { readonly at: number; more: number }>();

  /** @param now by the monotonic clock, in milliseconds */
  constructor(warn: (text: string) => void, now: () => number = () => performance.now()) {
    this.#warn = warn;
    this.#now = now;
  }

  /** For the server's event `clientError`. It comes again with everything that such a client goes on sending. */
  refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (!socket.writable) return;
    if (error.code === 'ECONNRESET' || isAnswering(socket)) return void socket.destroy(error);
    const { status, said } = answerTo(error);
    if (said !== null) this.#say(status, said);
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  #say(status: string, text: string): void {
    const now = this.#now();
    const last = this.#said.get(status);
    if (last !== undefined && now - last.at < QUIET_MS) {
      last.more += 1;
      return;
    }
    const more = last === undefined || last.more === 0 ? '' : ` ${last.more} more came since this was said.`;
    this.#said.set(status, { at: now, more: 0 });
    this.#warn(`${text}${more}`);
  }
}

/** Statuses: https://nodejs.org/docs/latest-v20.x/api/http.html#event-clienterror */
function answerTo(error: NodeJS.ErrnoException): Answer {
  // Of connections that browsers open in advance, and do not use.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: '408 Request Timeout', said: null };
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return {
      status: '431 Request Header Fields Too Large',
      said: `headers_too_large: A request with more than ${MOST_HEADER_BYTES} bytes of headers was answered 431. The sidecar needs no cookie: let the proxy take them off, as those of docker/nginx and docker/apache do.`,
    };
  }
  // The client went away before its request was whole.
  if (error.code === 'HPE_INVALID_EOF_STATE') return { status: '400 Bad Request', said: null };
  const status = error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW' ? '413 Payload Too Large' : '400 Bad Request';
  return {
    status,
    said: `request_malformed: What is no HTTP/1.1 was answered ${status.slice(0, 3)} (${reason(error)}). The sidecar itself knows no TLS and no HTTP/2: those are for the proxy.`,
  };
}

/** In the middle of an answer no other one can begin. Node's own check: there is no public one. */
function isAnswering(socket: Duplex): boolean {
  const response: unknown = Reflect.get(socket, '_httpMessage');
  return typeof response === 'object' && response !== null && Reflect.get(response, '_headerSent') === true;
}
