import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerRefusal, codedRefusal, refuseUpgrade } from '../../lib/http/http-refusal.ts';

/** Below Socket.IO's own path, so that whatever brings pages here brings this. */
const PATH = '/socket.io/echo';
/**
 * In all. Longer than a proxy has to bear silence, and less than the minute after which the sidecar itself closes a silent
 * connection: each that waits holds one.
 */
const LONGEST_S = 55;
const MOST_WAITING = 20;
/** A body that was let through. More than proxies allow that were not told to. */
const LARGEST_BODY = 4 * 2 ** 20;
/** As much as any of these headers needs. */
const LONGEST_HEADER = 256;
/** What a client has to send here: nothing. */
const LARGEST_FRAME = 1_024;

/** Who answers. */
export interface Introduction {
  readonly server: 'web_socketio';
  /** Of this process: two sidecars behind one address have two. */
  readonly instance: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What reached this sidecar, as `web_socketio doctor` reads it. */
export interface EchoFacts extends Introduction {
  readonly host: string | null;
  readonly forwardedHost: string | null;
  readonly forwardedProto: string | null;
  readonly forwardedFor: string | null;
  /** Whether a cookie came with it, which the sidecar has no use for. */
  readonly cookie: boolean;
  /** How many bytes of a body came. */
  readonly bytes: number;
}

/**
 * Says what of a request reached the sidecar: who looks for a fault from outside sees so what the proxies on the way made of
 * it. With `?after=SECONDS` it says so twice, at once and when that time has passed, and with `&times=3` once more after that.
 * On a WebSocket it only says who it is. What is told is what the asker sent, and what the proxies on the way added to it.
 */
export class Echo {
  readonly #instance = randomBytes(8).toString('hex');
  readonly #webSockets = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: LARGEST_FRAME },
  });
  /** What ends those that wait. */
  readonly #waiting = new Set<() => void>();

  takes({ url }: IncomingMessage): boolean {
    return url === PATH || url?.startsWith(`${PATH}?`) === true;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { seconds, times } = readWish(request);
    if (times > 1 && this.#waiting.size >= MOST_WAITING) return answerRefusal(response, BUSY);
    let bytes = 0;
    try {
      for await (const chunk of request) {
        bytes += chunk.length;
        if (bytes > LARGEST_BODY) return answerRefusal(response, TOO_LARGE);
      }
    } catch {
      // It is cut.
      return;
    }
    // Others may have come while the body did.
    if (times > 1 && this.#waiting.size >= MOST_WAITING) return answerRefusal(response, BUSY);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    const say = () => void response.write(`${JSON.stringify(this.#read(request, bytes))}\n`);
    this.#repeat({ seconds, times, connection: response, say, end: () => void response.end() });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#waiting.size >= MOST_WAITING) refuseUpgrade(socket, BUSY);
    else this.#webSockets.handleUpgrade(request, socket, head, (one) => this.#greet(one, request));
  }

  /** Ends those that wait. May be called twice. */
  stop(): void {
    for (const end of [...this.#waiting]) end();
  }

  #greet(webSocket: WebSocket, request: IncomingMessage): void {
    // Whoever breaks the protocol is gone by that.
    webSocket.on('error', () => undefined);
    // No more than who it is: a page of any site may ask in the browser of somebody who can reach this sidecar.
    const say = () => webSocket.send(JSON.stringify(this.#present()));
    this.#repeat({ ...readWish(request), connection: webSocket, say, end: () => webSocket.close() });
  }

  /** Says it now and each time that the seconds have passed. It ends when that is done, or the other side goes, or all stops. */
  #repeat({ seconds, times, connection, say, end }: Repetition): void {
    let left = times - 1;
    say();
    if (left === 0) {
      end();
      return;
    }
    const forget = () => {
      clearInterval(timer);
      this.#waiting.delete(stop);
    };
    const stop = () => {
      forget();
      end();
    };
    const timer = setInterval(() => {
      say();
      left -= 1;
      if (left === 0) stop();
    }, seconds * 1_000);
    this.#waiting.add(stop);
    connection.once('close', forget);
  }

  #present(): Introduction {
    return { server: 'web_socketio', instance: this.#instance, now: Date.now() };
  }

  #read({ headers }: IncomingMessage, bytes: number): EchoFacts {
    const { host = null, cookie } = headers;
    return {
      ...{ ...this.#present(), host },
      forwardedHost: textOf(headers['x-forwarded-host']),
      forwardedProto: textOf(headers['x-forwarded-proto']),
      forwardedFor: textOf(headers['x-forwarded-for']),
      ...{ cookie: cookie !== undefined && cookie !== '', bytes },
    };
  }
}

const BUSY = codedRefusal(
  503,
  'Service Unavailable',
  'echo_busy',
  `${MOST_WAITING} others wait for an echo already. Ask again in a minute.`,
);

const TOO_LARGE = codedRefusal(
  413,
  'Payload Too Large',
  'message_too_large',
  `A body of more than ${LARGEST_BODY / 2 ** 20} MB is not looked at here. Send less.`,
);

function textOf(header: string | readonly string[] | undefined): string | null {
  return header === undefined ? null : `${header}`.slice(0, LONGEST_HEADER);
}

/** How often it is said, and how many seconds pass in between. */
interface Wish {
  readonly seconds: number;
  readonly times: number;
}

interface Repetition extends Wish {
  readonly connection: ServerResponse | WebSocket;
  say(): void;
  end(): void;
}

/** Once, unless somebody asks for more. */
function readWish({ url = '' }: IncomingMessage): Wish {
  const query = new URLSearchParams(url.split('?', 2)[1]);
  const seconds = Math.min(wholeOf(query.get('after')), LONGEST_S);
  if (seconds === 0) return { seconds, times: 1 };
  const most = 1 + Math.floor(LONGEST_S / seconds);
  return { seconds, times: Math.min(Math.max(wholeOf(query.get('times')), 2), most) };
}

/** 0 for whatever is no whole number. */
function wholeOf(text: string | null): number {
  const number = Number(text ?? 0);
  return Number.isInteger(number) && number > 0 ? number : 0;
}
