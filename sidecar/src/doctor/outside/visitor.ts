import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { WebSocket } from 'ws';
import { Deadline } from '../../lib/deadline.ts';
import { DOCTOR_AGENT } from '../../lib/http/doctor-agent.ts';

/** Beyond that nothing of an answer is kept: who answers is seen in its beginning. */
const MOST_BODY = 65_536;
const USUAL_MS = 15_000;
/** So that a sidecar does not tell its operator of the doctor's own questions. */
const AGENT = { 'User-Agent': DOCTOR_AGENT };

/** How somebody answered one request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When the parts of the body came, in milliseconds from the beginning. */
  readonly partsMs: readonly number[];
}

/** What is sent, and how long for an answer is waited. */
export interface Errand {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly timeoutMs?: number;
}

/** A WebSocket with what it has been told so far, or the answer that there is none. */
export type Opening =
  | { readonly webSocket: WebSocket; readonly said: readonly string[] }
  | { readonly status: number; readonly body: string };

/**
 * Asks as a browser would: over the address that people type in, each time with a new connection, since each may reach
 * another server. It believes every certificate, which a check of its own looks at, and has no secret to send.
 */
export class Visitor {
  readonly url: URL;
  readonly #signal: AbortSignal;
  readonly #origin: string;

  /**
   * @param signal ends whatever is under way
   * @param origin of the page that asks; one of that address unless it is given
   */
  constructor(url: URL, signal: AbortSignal, origin = url.origin) {
    this.url = url;
    this.#signal = signal;
    this.#origin = origin;
  }

  /** The same page's way to another server; this one if it is the same. */
  to(url: URL): Visitor {
    return url.origin === this.url.origin ? this : new Visitor(url, this.#signal, this.#origin);
  }

  get isSecure(): boolean {
    return this.url.protocol === 'https:';
  }

  /**
   * @param path with its query
   * @throws Error what Node says of a connection that fails, and `ETIMEDOUT`
   */
  ask(
    path: string,
    { method = 'GET', headers = {}, body, timeoutMs = USUAL_MS }: Errand = {},
  ): Promise<Answer> {
    const start = performance.now();
    const deadline = new Deadline(timeoutMs, this.#signal);
    const send = this.isSecure ? requestHttps : requestHttp;
    const options = {
      ...{ method, headers: { ...AGENT, ...headers }, signal: deadline.signal },
      ...{ agent: false, rejectUnauthorized: false },
    };
    const answer = new Promise<Answer>((resolve, reject) => {
      const fail = (error: unknown) => reject(deadline.passed ? timedOut(timeoutMs, error) : error);
      const request = send(new URL(path, this.url), options, (response) => {
        let text = '';
        const partsMs: number[] = [];
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          partsMs.push(performance.now() - start);
          if (text.length < MOST_BODY) text += part;
        });
        response.on('error', fail);
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: text, partsMs });
        });
      });
      request.on('error', fail);
      request.end(body);
    });
    return answer.finally(() => deadline.end());
  }

  /**
   * Asks for another protocol than a browser's, as a program does, and leaves at once if it gets it.
   *
   * @returns whether it did
   * @throws Error what Node says of a connection that fails, and `ETIMEDOUT`
   */
  upgrades(path: string, protocol: string): Promise<boolean> {
    const deadline = new Deadline(USUAL_MS, this.#signal);
    const send = this.isSecure ? requestHttps : requestHttp;
    const headers = { ...AGENT, Connection: 'Upgrade', Upgrade: protocol };
    const options = { headers, signal: deadline.signal, agent: false, rejectUnauthorized: false };
    const answer = new Promise<boolean>((resolve, reject) => {
      const request = send(new URL(path, this.url), options);
      request.on('upgrade', (_, socket) => {
        socket.destroy();
        resolve(true);
      });
      request.on('response', () => {
        resolve(false);
        request.destroy();
      });
      request.on('error', (error) => reject(deadline.passed ? timedOut(USUAL_MS, error) : error));
      request.end();
    });
    return answer.finally(() => deadline.end());
  }

  /**
   * Asks for a WebSocket, with the origin of a page of that address. Whoever gets one closes it.
   *
   * @throws Error what Node says of a connection that fails, and `ETIMEDOUT`
   */
  open(path: string, timeoutMs = USUAL_MS): Promise<Opening> {
    const url = new URL(path, this.url);
    url.protocol = this.isSecure ? 'wss:' : 'ws:';
    return new Promise((resolve, reject) => {
      const webSocket = new WebSocket(url, {
        ...{ origin: this.#origin, rejectUnauthorized: false, perMessageDeflate: false, agent: false },
        headers: AGENT,
        handshakeTimeout: timeoutMs,
      });
      const give = () => webSocket.terminate();
      this.#signal.addEventListener('abort', give, { once: true });
      webSocket.on('close', () => this.#signal.removeEventListener('abort', give));
      webSocket.on('error', reject);
      webSocket.on('unexpected-response', (request, response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          if (body.length < MOST_BODY) body += part;
        });
        const end = () => {
          request.destroy();
          resolve({ status: response.statusCode ?? 0, body });
        };
        response.on('end', end);
        response.on('error', end);
      });
      // From the beginning: the first word may come with the handshake.
      const said: string[] = [];
      webSocket.on('message', (data) => said.push(`${data}`));
      webSocket.on('open', () => resolve({ webSocket, said }));
    });
  }
}

function timedOut(ms: number, cause: unknown): Error {
  return Object.assign(new Error(`no answer in ${ms / 1_000} s`, { cause }), { code: 'ETIMEDOUT' });
}

/** Whether it was waited long enough in vain: nothing was cut, and nothing refused. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'ETIMEDOUT';
}
