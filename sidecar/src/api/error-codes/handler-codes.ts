import type { ErrorEntries } from './error-entry.ts';

/**
 * Events, and the handlers that they start.
 *
 * @internal
 */
export const HANDLER_CODES = {
  no_such_method: {
    meaning: 'The namespace has no handler for the event',
    seenBy: 'browser',
    madeIn: ['sidecar', 'server module'],
  },
  event_invalid: {
    meaning: 'An event has no name, a name that is reserved, or arguments that it cannot take',
    seenBy: 'browser',
    madeIn: ['sidecar', 'server module'],
  },
  event_forbidden: {
    meaning: "The namespace's `on_session_id` did not let this user send events",
    seenBy: 'browser',
  },
  event_stopped: {
    meaning: 'The handler was stopped, as by `stop event`',
    seenBy: 'browser',
  },
  handler_failed: {
    meaning: 'A handler threw an error without a code. The log has its text and its stack',
    seenBy: 'log',
    madeIn: ['sidecar', 'browser'],
  },
  handler_blocks: {
    meaning:
      'A handler blocks the process: addon, event and line, and for how long. No socket is served until the handler returns. Split its work into steps, or move it elsewhere',
    seenBy: 'log',
  },
  handler_stuck: {
    meaning:
      'A handler has neither ended nor waited in `listen` or `secureEmit` for the time shown. Logged again each time that time doubles',
    seenBy: 'log',
  },
  unhandled_rejection: {
    meaning: 'A server module started something and did not await it',
    seenBy: 'log',
  },
  watchdog_failed: {
    meaning: 'The thread that looks for blocking handlers stopped. The sidecar starts it again automatically',
    seenBy: 'log',
  },
  worker_unavailable: {
    meaning:
      'The handler is written in Python, and no [Python worker](operations.md#the-python-worker) of this database is connected to this sidecar. What waits for messages begins anew when there is one: start it, or see its log',
    seenBy: 'browser',
    retry: true,
  },
  handler_result: {
    meaning: 'A handler in Python returned something that JSON does not have',
    seenBy: 'log',
  },
  run_missing: {
    meaning: '`listen`, `validate` or `secureEmit` was called outside of a handler',
    seenBy: 'log',
  },
  watch_invalid: {
    meaning: 'A handler watches something without a key, or an invalid key',
    seenBy: 'browser',
  },
  watch_full: {
    meaning: 'A handler watches more than 1,000 keys for one socket',
    seenBy: 'browser',
  },
  message_invalid: {
    meaning: 'The values of a message are not a JSON object. The sidecar skips such a row',
    seenBy: 'browser',
  },
  notification_invalid: {
    meaning: "The message of a notification of Odoo's bus is not JSON. The sidecar skips such a row",
    seenBy: 'log',
  },
  no_handler: {
    meaning: 'The page has no handler for a `secureEmit`: its messages are offered again',
    seenBy: 'browser',
    madeIn: ['browser'],
  },
  no_acknowledgement: {
    meaning: 'A script did not answer a `secureEmit` within 30 s: its messages are offered again',
    seenBy: 'browser',
  },
  partly_done: {
    meaning:
      'A page received some messages a second time, together with new ones: it reports which are done, and the others are offered again',
    seenBy: 'browser',
    madeIn: ['sidecar', 'browser'],
  },
  validate_missing: {
    meaning:
      'A warning: a handler ended without `secureEmit` or `validate`, and its messages of a queue are offered again',
    seenBy: 'log',
  },
  answer_overdue: {
    meaning: 'A warning: a page has not answered a `secureEmit` for 30 s. Its messages wait for it',
    seenBy: 'log',
  },
  answer_refused: {
    meaning: 'A warning: a page refused a `secureEmit`. Its messages are offered again',
    seenBy: 'log',
  },
  lease_lost: {
    meaning:
      'A warning: PostgreSQL was unreachable so long that another sidecar may have the messages, so `secureEmit` did not send them',
    seenBy: 'log',
  },
  disconnect_slow: {
    meaning: 'A warning: a handler still runs 10 s after its socket disconnected',
    seenBy: 'log',
  },
  message_skipped: {
    meaning:
      'A warning: messages of a channel of mode `each` failed too often. The page gets `resync` and loads its data again',
    seenBy: 'log',
  },
  message_dead: {
    meaning:
      'A warning: a message of a queue failed too often and became a [dead letter](addons.md#messages-that-fail). `web_socketio_requeue` puts it back',
    seenBy: 'log',
  },
  message_expired: {
    meaning: 'A warning: messages of queues were deleted because nobody took them in time',
    seenBy: 'log',
  },
} as const satisfies ErrorEntries;
