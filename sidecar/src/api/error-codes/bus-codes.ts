import type { ErrorEntries } from './error-entry.ts';

/**
 * Odoo's own bus, where the sidecar serves it.
 *
 * @internal
 */
export const BUS_CODES = {
  bus_handshake_invalid: {
    meaning:
      'A request for `/websocket` is not the handshake of a browser, as Odoo would refuse it: 400, or 426 for another version of WebSocket. [How often it is logged](operations.md#who-is-refused)',
    seenBy: 'browser',
  },
  bus_not_installed: {
    meaning:
      'No database that the sidecar serves has `web_socketio_bus`, and no evented worker of Odoo is named: `/websocket` is answered 503',
    seenBy: 'browser',
    retry: true,
  },
  bus_origin_foreign: {
    meaning:
      'A page of another site uses `/websocket`. It is served as a visitor without a log-in, whatever session its browser has',
    seenBy: 'log',
  },
  bus_frame_invalid: {
    meaning:
      'A page sent something over `/websocket` that Odoo would not understand. What is no WebSocket closes the connection. Logged at most once a minute',
    seenBy: 'log',
  },
  bus_too_many_frames: {
    meaning:
      'A page sent frames over `/websocket` faster than Odoo allows, and its connection was closed with 1013. Logged at most once a minute',
    seenBy: 'log',
  },
  bus_replay_failed: {
    meaning:
      'What a page missed of the bus could not be read. Its connection was closed with 1013: it comes back and asks again',
    seenBy: 'log',
    retry: true,
  },
  bus_database_unserved: {
    meaning:
      'The session of a browser is of a database without `web_socketio_bus`, or of one that the sidecar does not serve, and no evented worker is named; or Odoo does not open the database under that host, as with `host_refused`. Its connection is closed with 1013, which is logged at most once a minute. If an evented worker is named, it is passed on; that Odoo does not open a database with the addon is still said, once for each host',
    seenBy: 'log',
  },
  bus_ask_invalid: {
    meaning:
      'Odoo refused what a page sent over its bus, such as channels that it cannot read. Nothing is done. Logged at most once a minute',
    seenBy: 'log',
  },
  bus_ask_failed: {
    meaning:
      "Odoo, or the sidecar, failed to look at a socket of Odoo's bus: it waits, and is asked about again. Odoo's log says why. Logged at most once a minute",
    seenBy: 'log',
    retry: true,
  },
  bus_event_dropped: {
    meaning:
      "An event that a page sent over Odoo's bus is not repeated: Odoo failed, may have carried it out, or was away while too many came. Logged at most once a minute",
    seenBy: 'log',
  },
  evented_unreachable: {
    meaning:
      "Odoo's evented worker took no connection that was to be passed on to it. The page comes back. [How often it is logged](operations.md#who-is-refused)",
    seenBy: 'browser',
    retry: true,
  },
} as const satisfies ErrorEntries;
