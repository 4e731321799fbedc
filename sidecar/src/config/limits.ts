import { SidecarError } from '../api/sidecar-error.ts';
import { toWholeNumber } from './whole-number.ts';

const ORIGIN = /^(https?:\/\/)?([\w.-]+(?::\d+)?|\[[\da-f:]+\](?::\d+)?)\/?$/i;

/** What third parties may send, and how long server modules may take. */
export interface Limits {
  /** Of one message from a browser, its attachments included. */
  readonly messageBytes: number;
  /** Of one socket; ten times as many at once. */
  readonly eventsPerSecond: number;
  /** Of one connection, everything included; ten times as many at once. */
  readonly packetsPerSecond: number;
  /** Of one socket, at the same time; those that run because the page connected are not counted. */
  readonly handlers: number;
  /** What may wait for one page that does not read. */
  readonly queueBytes: number;
  /** Of one connection. */
  readonly namespaces: number;
  /** Hosts and origins whose pages may connect; empty for all. */
  readonly origins: readonly string[];
  /** A handler that neither ends nor waits for messages for so long is in the log. */
  readonly stuckSeconds: number;
  /** So long may the event loop stand still before the culprit is named; 0 turns the watchdog off. */
  readonly blockedMs: number;
}

/** @throws SidecarError `option_invalid` */
export function readLimits(env: Readonly<Record<string, string>>): Limits {
  const number = (name: string, otherwise: number, least = 1) =>
    toWholeNumber(env, name, { otherwise, least });
  const bytes = (name: string, otherwise: number) =>
    toWholeNumber(env, name, { otherwise, least: 1_000, most: 999_999_999 });
  return {
    messageBytes: bytes('WEB_SOCKETIO_MAX_MESSAGE_BYTES', 1_000_000),
    eventsPerSecond: number('WEB_SOCKETIO_MAX_EVENTS', 100),
    packetsPerSecond: number('WEB_SOCKETIO_MAX_PACKETS', 5_000),
    handlers: number('WEB_SOCKETIO_MAX_HANDLERS', 100),
    queueBytes: bytes('WEB_SOCKETIO_MAX_QUEUE_BYTES', 4_000_000),
    namespaces: number('WEB_SOCKETIO_MAX_NAMESPACES', 50),
    origins: readOrigins(env['WEB_SOCKETIO_ORIGINS'] ?? ''),
    stuckSeconds: number('WEB_SOCKETIO_STUCK_SECONDS', 60),
    blockedMs: number('WEB_SOCKETIO_BLOCKED_MS', 1_000, 0),
  };
}

function readOrigins(text: string): string[] {
  return text
    .split(/[,\s]+/)
    .filter((part) => part !== '')
    .map(toOrigin);
}

/** In the form in which browsers send it: `https://ERP:443/` becomes `https://erp`. */
function toOrigin(text: string): string {
  const [, scheme, host] = ORIGIN.exec(text) ?? [];
  if (host === undefined || !URL.canParse(`http://${host}`)) {
    throw new SidecarError(
      'option_invalid',
      `'${text}' in WEB_SOCKETIO_ORIGINS is neither a host such as erp.example.com nor an origin such as https://erp.example.com. Correct it.`,
    );
  }
  return scheme === undefined ? host.toLowerCase() : new URL(text).origin;
}
