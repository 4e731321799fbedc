import { MESSAGE_BYTES } from '../../../protocol/limits.ts';
import { ORIGINS } from '../values/origins.ts';
import { MOST, wholeNumber } from '../values/whole-number.ts';
import { option } from './option.ts';

const COUNT = wholeNumber({ least: 1, most: MOST });
const BYTES = wholeNumber({ least: 1_000, most: 999_999_999 });

/** What third parties may send, and how long server modules may take. */
export const LIMITS = {
  /** Size of one message from a browser, with its attachments. */
  messageBytes: option({
    ...{ name: 'max-message-bytes', default: `${MESSAGE_BYTES}`, type: BYTES, code: 'message_too_large' },
    help: 'bytes of one message of a browser',
  }),
  /** From one socket; ten times as many may come at once. */
  eventsPerSecond: option({
    ...{ name: 'max-events', default: '100', type: COUNT, code: 'too_many_events' },
    help: 'events per second of one socket',
  }),
  /** From one connection, of any kind; ten times as many may come at once. */
  packetsPerSecond: option({
    ...{ name: 'max-packets', default: '5000', type: COUNT, code: 'too_many_packets' },
    help: 'packets per second of one connection',
  }),
  /** Of one socket at a time, without those that run because the page connected. */
  handlers: option({
    ...{ name: 'max-handlers', default: '100', type: COUNT, code: 'too_many_handlers' },
    help: 'handlers of one socket at a time',
  }),
  /** Of one connection. */
  namespaces: option({
    ...{ name: 'max-namespaces', default: '50', type: COUNT, code: 'too_many_namespaces' },
    help: 'namespaces of one connection',
  }),
  /** What may wait for one page that does not read, in bytes. */
  queueBytes: option({
    ...{ name: 'max-queue-bytes', default: '4000000', type: BYTES, code: 'client_slow' },
    help: 'bytes that wait for a slow page',
  }),
  /** Hosts and origins whose pages may connect; empty for all. */
  origins: option({
    ...{ name: 'origins', default: '', type: ORIGINS, code: 'origin_refused' },
    help: 'hosts and origins whose pages may connect',
  }),
  /** After this time the log names a handler that neither ends nor waits for messages. */
  stuckSeconds: option({
    ...{ name: 'stuck-seconds', default: '60', type: COUNT, code: 'handler_stuck' },
    help: 'seconds before a stuck handler is logged',
  }),
  /** How long the event loop may be blocked before the log names the handler; 0 turns the watchdog off. */
  blockedMs: option({
    ...{ name: 'blocked-ms', default: '1000', code: 'handler_blocks' },
    type: wholeNumber({ least: 0, most: MOST }),
    help: 'ms before a handler that blocks is named',
  }),
};
