import type { ErrorEntries } from './error-entry.ts';

/**
 * PostgreSQL and the database.
 *
 * @internal
 */
export const POSTGRES_CODES = {
  connecting: {
    meaning:
      'The sidecar has just started and connects to the database for the first time. Only `/readyz` shows it',
    seenBy: 'log',
    retry: true,
  },
  postgres_unreachable: {
    meaning: 'PostgreSQL does not answer, or the connection broke',
    seenBy: 'log',
    retry: true,
  },
  postgres_starting: {
    meaning: 'PostgreSQL is starting or stopping, or ended the connection',
    seenBy: 'log',
    retry: true,
  },
  postgres_waiting: {
    meaning:
      'PostgreSQL accepted a connection and makes it wait: the database is being copied or altered, or has no room. The sidecar continues on its own',
    seenBy: 'log',
    retry: true,
  },
  postgres_full: {
    meaning:
      'PostgreSQL has no connection left: raise `max_connections`, or the limit of the role or the database. The sidecar needs [six for each database](operations.md#sizes)',
    seenBy: 'log',
    retry: true,
  },
  postgres_pooled: {
    meaning:
      'A pooler lends connections for single transactions: point the sidecar at PostgreSQL itself, or at a pool with `pool_mode = session`. [More](operations.md#poolers)',
    seenBy: 'log',
    retry: true,
  },
  postgres_tls: {
    meaning:
      'No TLS with PostgreSQL as `sslmode` demands it: the server has none, its certificate is untrusted or belongs to another name, or a file is wrong',
    seenBy: 'log',
    retry: true,
  },
  postgres_version: {
    meaning: 'The server is older than PostgreSQL 10',
    seenBy: 'log',
    retry: true,
  },
  target_missing: {
    meaning: 'No host has what `target_session_attrs` asks for, such as accepting writes',
    seenBy: 'log',
    retry: true,
  },
  password_missing: {
    meaning: 'PostgreSQL asks for a password, and none is set',
    seenBy: 'log',
    retry: true,
  },
  user_unnamed: {
    meaning: 'PostgreSQL needs a role, and none is set',
    seenBy: 'log',
    retry: true,
  },
  database_missing: {
    meaning: 'The database does not exist',
    seenBy: 'log',
    retry: true,
  },
  database_login: {
    meaning: 'PostgreSQL refuses the log-in',
    seenBy: 'log',
    retry: true,
  },
  database_forbidden: {
    meaning: 'The role of the sidecar lacks a right in the database. The message names it',
    seenBy: 'log',
    retry: true,
  },
  database_standby: {
    meaning: 'The server only follows another server. The sidecar needs the primary',
    seenBy: 'log',
    retry: true,
  },
  database_read_only: {
    meaning: 'The database accepts no writes, as with `default_transaction_read_only`',
    seenBy: 'log',
    retry: true,
  },
  table_locked: {
    meaning:
      'Another transaction locks a table. Whatever needs the table, such as queues, stops; the rest works. Logged once a minute, and when it is over',
    seenBy: 'log',
    retry: true,
  },
  postgres_slow: {
    meaning:
      'PostgreSQL did not finish a statement in time. Whatever needs the statement stops; the rest works. Logged once a minute, and when it is over',
    seenBy: 'log',
    retry: true,
  },
  postgres_error: {
    meaning:
      'PostgreSQL refuses a statement: the message quotes its words and its code. Whatever needs the statement stops; the rest works. Logged once a minute, and when it is over',
    seenBy: 'log',
    retry: true,
  },
  module_missing: {
    meaning: 'The module `web_socketio` is not installed in the database',
    seenBy: 'log',
    retry: true,
  },
  schema_version: {
    meaning:
      'Addon and sidecar do not fit: the tables in that database are from a release that is too old or too new. The message says which of the two to upgrade',
    seenBy: 'log',
    retry: true,
  },
  schema_incomplete: {
    meaning:
      'A dump is being restored, and the tables have no triggers yet: the sidecar waits for the end of the restore. If no restore runs, update the module',
    seenBy: 'log',
    retry: true,
  },
  schema_ambiguous: {
    meaning: 'The tables exist in several schemas',
    seenBy: 'log',
    retry: true,
  },
  notify_queue_full: {
    meaning:
      "Another program listens to PostgreSQL's notifications and does not read them. Messages are read twenty times a second until there is room",
    seenBy: 'log',
  },
  database_changed: {
    meaning:
      'A warning: the database is a copy, or PostgreSQL continues from an earlier state. Pages load their data again',
    seenBy: 'log',
  },
  sidecar_gone: {
    meaning:
      'A warning: another sidecar gave no sign of life for four seconds. Its messages are offered again',
    seenBy: 'log',
  },
} as const satisfies ErrorEntries;
