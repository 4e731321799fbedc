import type { IncomingMessage } from 'node:http';

/**
 * The address at which a client of a proxy is, which mostly is Odoo's for it as well; null for one that came straight
 * here, whose Host is the sidecar's own. It is what the client says: whoever uses it looks at it first.
 */
export function originOf({ headers, socket }: IncomingMessage): string | null {
  const forwarded = first(headers['x-forwarded-host']);
  const { host } = headers;
  const chosen = forwarded ?? (host === undefined || isOwn(host, socket.localPort) ? null : host);
  if (chosen === null) return null;
  const isSecure = first(headers['x-forwarded-proto']) === 'https' || 'encrypted' in socket;
  return `${isSecure ? 'https' : 'http'}://${chosen}`;
}

function isOwn(host: string, port: number | undefined): boolean {
  return host.endsWith(`:${port}`);
}

/** Of what several proxies wrote: what the browser said to the first of them. */
function first(value: string | string[] | undefined): string | null {
  const text = Array.isArray(value) ? value[0] : value;
  return text?.split(',', 1)[0]?.trim() || null;
}
