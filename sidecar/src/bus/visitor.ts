import type { IncomingMessage } from 'node:http';
import { originOf } from '../lib/http/handshake-origin.ts';
import type { Visitor } from './bus-client.ts';

/** What Odoo looks at besides the cookie. */
const HEADERS = ['user-agent', 'accept-language', 'x-forwarded-for', 'x-real-ip'] as const;

const SESSION = /(?:^|;)\s*session_id\s*=[^;]*/g;

/** Who asks for a bus socket. @param trusted false: a page of another site, which gets nobody's session */
export function visitorOf(request: IncomingMessage, trusted: boolean): Visitor {
  const headers: Record<string, string> = {};
  for (const name of HEADERS) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = String(value);
  }
  return {
    cookie: cookieOf(request, trusted),
    headers,
    origin: originOf(request),
    hasUserAgent: (headers['user-agent'] ?? '') !== '',
    version: new URLSearchParams(request.url?.split('?', 2)[1]).get('version'),
  };
}

/**
 * Whether a page is of the site that it asks. A browser sends cookies to all ports of a host alike, so that another port
 * is no other site; and a proxy may leave the port out of what it hands on.
 */
export function isSameSite({ headers }: IncomingMessage): boolean {
  const forwarded = headers['x-forwarded-host'];
  const reached = String(forwarded ?? headers.host ?? '').split(',', 1)[0];
  const own = hostnameOf(`http://${reached?.trim()}`);
  return own !== null && own === hostnameOf(headers.origin ?? '');
}

/** The header, without the session where the page is not trusted. */
export function cookieOf({ headers: { cookie = '' } }: IncomingMessage, trusted: boolean): string {
  return trusted ? cookie : cookie.replaceAll(SESSION, '').replace(/^[;\s]+/, '');
}

function hostnameOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname : null;
}
