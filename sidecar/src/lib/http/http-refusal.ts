import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { quote } from '../../api/error.ts';
import type { ErrorCode } from '../../api/error-codes/catalogue.ts';
import type { Problem } from '../../api/problem.ts';
import { shownOrigin } from './sender.ts';

/** An answer to a request that is not served. */
export interface HttpRefusal {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The same for the log. */
  readonly problem: Problem;
}

export const NOT_FOUND = plainRefusal(404, 'Not Found', 'Not found\n', {
  code: 'path_unknown',
  message: 'Nothing is served at that path.',
});
export const DRAINING = plainRefusal(
  503,
  'Service Unavailable',
  'Draining\n',
  { code: 'draining', message: 'This sidecar is being stopped, and takes no new connections.' },
  { 'Retry-After': '1' },
);

export function codedRefusal(
  status: number,
  reason: string,
  code: ErrorCode,
  message: string,
  more: Readonly<Record<string, string>> = {},
): HttpRefusal {
  const headers = { 'Content-Type': 'application/json', ...more };
  const body = `${JSON.stringify({ code, message })}\n`;
  return { status, reason, headers, body, problem: { code, message } };
}

export function answerRefusal(response: ServerResponse, { status, headers, body }: HttpRefusal): void {
  response.writeHead(status, headers).end(body);
}

/** Answers a request for a WebSocket. */
export function refuseUpgrade(socket: Duplex, { status, reason, headers, body }: HttpRefusal): void {
  // Node has taken its own listener off: a client that is gone already would end the process.
  socket.on('error', () => undefined);
  const fields = { ...headers, Connection: 'close', 'Content-Length': `${Buffer.byteLength(body)}` };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

function plainRefusal(
  status: number,
  reason: string,
  body: string,
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): HttpRefusal {
  return { status, reason, headers: { 'Content-Type': 'text/plain', ...headers }, body, problem };
}

/** @param origin as the browser sent it */
export function originRefusal(origin: string): HttpRefusal {
  const message = `Pages of ${shownOrigin(origin) ?? quote(origin)} may not connect. Add it to WEB_SOCKETIO_ORIGINS if they should.`;
  return codedRefusal(403, 'Forbidden', 'origin_refused', message);
}
