import type { IncomingMessage } from 'node:http';
import { codedRefusal, type HttpRefusal } from '../lib/http/http-refusal.ts';

export const BUS_PATH = '/websocket';

const REQUIRED = [
  ...['connection', 'host', 'sec-websocket-key', 'sec-websocket-version', 'upgrade', 'origin'],
] as const;
const VERSION = '13';
/** Sixteen bytes in base64. */
const KEY = /^[+/\dA-Za-z]{22}==$/;

/** Whether a request is for Odoo's bus: that path, and nothing below it, which Odoo serves itself. */
export function isBusRequest({ url }: IncomingMessage): boolean {
  return url === BUS_PATH || url?.startsWith(`${BUS_PATH}?`) === true;
}

/** Why it is no handshake, with the status that Odoo answers; null if it is one. */
export function refusalOf({ method, headers }: IncomingMessage): HttpRefusal | null {
  const missing = REQUIRED.filter((name) => !headers[name]);
  if (missing.length > 0) return bad(`Empty or missing header(s): ${missing.join(', ')}.`);
  if (method !== 'GET') return bad(`Its method is ${method}, and not GET.`);
  if (headers.upgrade?.toLowerCase() !== 'websocket') return bad('Its header Upgrade is not websocket.');
  if (headers.connection?.toLowerCase().includes('upgrade') !== true)
    return bad('Its header Connection is not Upgrade.');
  if (headers['sec-websocket-version'] !== VERSION)
    return refuse(426, 'Upgrade Required', `Its version of WebSocket is not ${VERSION}.`, {
      'Sec-WebSocket-Version': VERSION,
    });
  if (!KEY.test(headers['sec-websocket-key'] ?? ''))
    return bad('Its Sec-WebSocket-Key is not 16 bytes in base64.');
  return null;
}

function bad(why: string): HttpRefusal {
  return refuse(400, 'Bad Request', why);
}

function refuse(
  status: number,
  reason: string,
  why: string,
  headers: Readonly<Record<string, string>> = {},
): HttpRefusal {
  const message = `A request for ${BUS_PATH} is not the handshake of a browser: ${why} Does the proxy hand on Upgrade, Connection and Origin?`;
  return codedRefusal(status, reason, 'bus_handshake_invalid', message, headers);
}
