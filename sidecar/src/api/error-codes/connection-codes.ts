import type { ErrorEntries } from './error-entry.ts';

/**
 * Connections and sessions. With `retry` the page connects again on its own; without, it stays away.
 *
 * @internal
 */
export const CONNECTION_CODES = {
  database_unknown: {
    meaning: 'The sidecar does not serve that database',
    seenBy: 'browser',
  },
  database_unavailable: {
    meaning: 'The sidecar cannot serve that database now',
    seenBy: 'browser',
    retry: true,
    refusal: 'info',
  },
  namespace_unknown: {
    meaning: 'No server module declares that namespace',
    seenBy: 'browser',
  },
  namespace_not_installed: {
    meaning: 'The addon that declares the namespace is not installed in that database',
    seenBy: 'browser',
  },
  handshake_failed: {
    meaning: 'The handshake failed in an unexpected way. The log has the text and the stack',
    seenBy: 'log',
    retry: true,
    refusal: 'error',
  },
  connection_closed: {
    meaning: 'The page closed its connection during the handshake',
    seenBy: 'browser',
    retry: true,
    refusal: 'debug',
  },
  draining: {
    meaning:
      'The sidecar is stopping. The page connects to another sidecar, or to this one after its restart',
    seenBy: 'browser',
    retry: true,
    refusal: 'debug',
  },
  module_changed: {
    meaning: 'A server module changed while the sidecar runs with `--dev`',
    seenBy: 'browser',
    retry: true,
    refusal: 'debug',
  },
  token_unknown: {
    meaning: 'The database does not know the token. The page renews it',
    seenBy: 'browser',
    retry: true,
    refusal: 'info',
  },
  token_expired: {
    meaning: 'The token is too old. The page renews it',
    seenBy: 'browser',
    retry: true,
    refusal: 'debug',
  },
  session_unproved: {
    meaning: 'The credentials of the user changed. The page renews its token',
    seenBy: 'browser',
    retry: true,
    refusal: 'debug',
  },
  session_missing: {
    meaning: 'The socket has no session yet. A script sends `session id` first; a page renews its token',
    seenBy: 'browser',
    retry: 'sometimes',
    refusal: 'info',
  },
  session_locked: {
    meaning:
      "The session is locked, for example by Odoo's `auth_timeout`. The page stays disconnected until its user unlocks it",
    seenBy: 'browser',
    retry: true,
    refusal: 'debug',
  },
  session_ended: {
    meaning: 'The session has ended. The user has to log in',
    seenBy: 'browser',
    refusal: 'info',
  },
  session_mismatch: {
    meaning: 'The proof belongs to another session than the connection. Open another connection for it',
    seenBy: 'browser',
    refusal: 'info',
  },
  session_unknown: {
    meaning: 'Odoo has no such session. The user has to log in',
    seenBy: 'browser',
    refusal: 'info',
  },
  origin_refused: {
    meaning:
      'The page comes from another site: see [the limits](configuration.md#what-third-parties-may-send)',
    seenBy: 'browser',
  },
  client_unsupported: {
    meaning:
      'A client of Socket.IO 0.9, or of a future version, was answered 400: see [supported clients](api/script.md#clients). [How often it is logged](operations.md#who-is-refused)',
    seenBy: 'browser',
  },
  handshake_invalid: {
    meaning:
      'A request for `/socket.io/` is none that a client of Socket.IO makes: the message has the words of Engine.IO. Look whether the proxy changes the method, the address or the headers',
    seenBy: 'log',
  },
  connection_unknown: {
    meaning:
      'A request of long-polling names a connection that the sidecar does not have. After a restart the page comes back by itself. If it goes on, the proxy spreads the requests of one page over [several sidecars](operations.md#several-sidecars)',
    seenBy: 'log',
    refusal: 'info',
  },
  path_unknown: {
    meaning:
      'A WebSocket was asked for at a path where the sidecar has none. Look whether the proxy changes the path: it has to begin with `/socket.io/`',
    seenBy: 'log',
  },
  headers_too_large: {
    meaning:
      'An HTTP request has more than 64 KB of headers, probably because of cookies, which the sidecar does not need and the proxy should remove. [How often it is logged](operations.md#who-is-refused)',
    seenBy: 'log',
  },
  request_malformed: {
    meaning: 'A request is not HTTP/1.1. [How often it is logged](operations.md#who-is-refused)',
    seenBy: 'log',
  },
  message_too_large: {
    meaning:
      'A page sent a message that is larger than allowed: see [the limits](configuration.md#what-third-parties-may-send)',
    seenBy: 'log',
  },
  client_slow: {
    meaning:
      'A page does not read what it is sent, and its connection is cut: see [the limits](configuration.md#what-third-parties-may-send)',
    seenBy: 'log',
  },
  too_many_packets: {
    meaning:
      'A page sends packets too fast, and its connection is cut: see [the limits](configuration.md#what-third-parties-may-send)',
    seenBy: 'log',
  },
  too_many_events: {
    meaning: 'A page sends events too fast: see [the limits](configuration.md#what-third-parties-may-send)',
    seenBy: 'browser',
    retry: true,
  },
  too_many_handlers: {
    meaning:
      'Too many handlers of one socket have not ended: see [the limits](configuration.md#what-third-parties-may-send)',
    seenBy: 'browser',
    retry: true,
  },
  too_many_namespaces: {
    meaning:
      'One connection uses too many namespaces: see [the limits](configuration.md#what-third-parties-may-send)',
    seenBy: 'browser',
  },
  echo_busy: {
    meaning: 'Too many ask what reaches the sidecar, and wait for the answer, as `web_socketio doctor` does',
    seenBy: 'browser',
    retry: true,
    refusal: 'info',
  },
} as const satisfies ErrorEntries;
