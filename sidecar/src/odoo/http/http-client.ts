import { type IncomingMessage, Agent as PlainAgent, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';

/** An idle connection is closed before servers usually do: what is sent while they close it would be lost. */
const IDLE_MS = 4_000;
/** How long it may take to be connected. */
const CONNECT_MS = 10_000;

/** What is posted. */
export interface HttpPost {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Gives the request up, its answer included. */
  readonly signal: AbortSignal;
}

/**
 * Posts to one address, over connections that are used again. It follows nowhere, and keeps no cookie.
 *
 * Not `fetch`, which passes over a header `Host` without a word: by that header Odoo chooses which databases it opens.
 */
export class HttpClient {
  readonly #url: URL;
  readonly #isSecure: boolean;
  readonly #agent: PlainAgent | SecureAgent;

  /** @param url such as `http://127.0.0.1:8069` */
  constructor(url: URL) {
    const options = { keepAlive: true, timeout: IDLE_MS, scheduling: 'lifo' } as const;
    this.#url = url;
    this.#isSecure = url.protocol === 'https:';
    this.#agent = this.#isSecure ? new SecureAgent(options) : new PlainAgent(options);
  }

  /** Resolves with the head of the answer; its body is still to be read. Rejects with what the network says. */
  post({ path, headers, body, signal }: HttpPost): Promise<IncomingMessage> {
    const request = this.#isSecure ? requestSecure : requestPlain;
    const host = this.#url.hostname.replace(/^\[|\]$/g, '');
    return new Promise((resolve, reject) => {
      request(new URL(path, this.#url), {
        ...{ method: 'POST', agent: this.#agent, headers, signal },
        // Else Node would look for a certificate for the name in the header Host, which is the browser's address.
        ...(this.#isSecure && { servername: isIP(host) === 0 ? host : '' }),
      })
        .on('response', resolve)
        .on('error', reject)
        .on('socket', (socket) => this.#limitConnecting(socket))
        .end(body);
    });
  }

  /** Closes the connections that nobody uses. May be called twice. */
  close(): void {
    this.#agent.destroy();
  }

  #limitConnecting(socket: Socket): void {
    if (!socket.connecting) return;
    const late = () => {
      const error = new Error(`no connection within ${CONNECT_MS} ms`);
      socket.destroy(Object.assign(error, { code: 'ETIMEDOUT', syscall: 'connect' }));
    };
    const timer = setTimeout(late, CONNECT_MS);
    const done = () => clearTimeout(timer);
    socket.once(this.#isSecure ? 'secureConnect' : 'connect', done).once('close', done);
  }
}
