import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Problem } from '../api/problem.ts';

/** How long the evented worker may take to accept a connection. */
const HANDSHAKE_MS = 10_000;
/** Those of the connection itself, which each side has its own of. */
const OWN = /^(?:connection|upgrade|sec-websocket-.*)$/;

/** A handshake, as the evented worker is to get it. Its headers hold the cookie. */
export interface EventedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Odoo's own server of its bus, for databases whose bus is not served here. */
export class EventedWorker {
  readonly url: string;

  /** @param url such as `http://127.0.0.1:8072` */
  constructor(url: string) {
    this.url = url;
  }

  /** A connection that is being opened. */
  connect({ path, headers }: EventedRequest): WebSocket {
    // The scheme is the only difference: ws for http, wss for https.
    const url = new URL(path, this.url.replace(/^http/, 'ws'));
    return new WebSocket(url, {
      headers: { ...headers },
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_MS,
    });
  }
}

/** @param cookie what it has of the browser's */
export function eventedRequestOf({ url = '', headers }: IncomingMessage, cookie: string): EventedRequest {
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || OWN.test(name) || name === 'cookie' ? [] : [[name, String(value)]],
  );
  return { path: url, headers: { ...Object.fromEntries(kept), ...(cookie === '' ? {} : { cookie }) } };
}

/** Why it could not be used. */
export function eventedProblem(why: string): Problem {
  return {
    code: 'evented_unreachable',
    message: `Odoo's evented worker took no connection: ${why}. Correct WEB_SOCKETIO_EVENTED_URL, start Odoo with --workers, or install web_socketio_bus.`,
  };
}
