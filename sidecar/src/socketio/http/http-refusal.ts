import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../api/error-codes/catalogue.ts';

/** An answer to a request that is not served. */
export interface HttpRefusal {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const NOT_FOUND = plainRefusal(404, 'Not Found', 'Not found\n');
export const DRAINING = plainRefusal(503, 'Service Unavailable', 'Draining\n', { 'Retry-After': '1' });

/** A refusal with a code, as errors of the sidecar have one. */
export function codedRefusal(status: number, reason: string, code: ErrorCode, message: string): HttpRefusal {
  const headers = { 'Content-Type': 'application/json' };
  return { status, reason, headers, body: `${JSON.stringify({ code, message })}\n` };
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
  headers: Readonly<Record<string, string>> = {},
): HttpRefusal {
  return { status, reason, headers: { 'Content-Type': 'text/plain', ...headers }, body };
}
