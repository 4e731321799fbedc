import { field } from '../../lib/field.ts';

/** What of a request reached the sidecar or Odoo, as they say at their paths `echo`. */
export interface EchoReading {
  readonly server: 'web_socketio' | 'odoo';
  /** Of the sidecar's process; null for Odoo. */
  readonly instance: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly host: string | null;
  readonly forwardedHost: string | null;
  readonly forwardedProto: string | null;
  readonly forwardedFor: string | null;
  readonly cookie: boolean;
  readonly bytes: number;
  /** What Odoo takes for its own address and for the browser's; null for the sidecar. */
  readonly address: string | null;
  readonly remote: string | null;
  /** Such as `19.0`; null for the sidecar. */
  readonly series: string | null;
  /** Where Odoo sends its pages for their sockets, by `web_socketio.url`; null if that is its own address. */
  readonly sockets: string | null;
}

/** @returns null for whatever is no answer of ours */
export function readEcho(line: string): EchoReading | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const text = (name: string): string | null => {
    const found = field(value, name);
    return typeof found === 'string' ? found : null;
  };
  const server = text('server');
  const now = field(value, 'now');
  if ((server !== 'web_socketio' && server !== 'odoo') || typeof now !== 'number') return null;
  const bytes = field(value, 'bytes');
  return {
    ...{ server, now, instance: text('instance'), host: text('host') },
    forwardedHost: text('forwardedHost'),
    forwardedProto: text('forwardedProto'),
    forwardedFor: text('forwardedFor'),
    cookie: field(value, 'cookie') === true,
    bytes: typeof bytes === 'number' ? bytes : 0,
    ...{ address: text('address'), remote: text('remote'), series: text('series'), sockets: text('sockets') },
  };
}
