import type { SocketIOError } from '../api/error.ts';
import type { Problem } from '../api/problem.ts';

/** What a line is about, besides its database. Each is a key of a JSON line; a text line begins with those that say who. */
export interface LogFields {
  /** The namespace. */
  readonly path?: string;
  readonly event?: string;
  readonly addon?: string;
  /** The id of the user in Odoo; null while the session is not known yet. */
  readonly user?: number | null;
  readonly channel?: string;
  /** The id of a message. */
  readonly messageId?: string;
  /** How many messages, sidecars, handlers or connections. */
  readonly count?: number;
  /** On which way somebody came who was refused, and from which address. */
  readonly way?: string;
  readonly address?: string;
  /** Of a browser: the site whose page it is. */
  readonly origin?: string;
}

/** What stands behind a problem in its line. */
export interface LogDetails extends LogFields {
  /** What happens next: a sentence behind the message. */
  readonly next?: string;
  /** Where the error was made. */
  readonly stack?: string | undefined;
}

/**
 * Where the sidecar writes what it does. `db` is the database a line is about; null if it is about none. Warnings and
 * errors have a code: of the catalogue, or of an error that an addon threw.
 */
export interface Log {
  debug(db: string | null, said: string | Problem | SocketIOError, details?: LogDetails): void;
  info(db: string | null, said: string | Problem | SocketIOError, details?: LogDetails): void;
  warn(db: string | null, problem: Problem | SocketIOError, details?: LogDetails): void;
  error(db: string | null, problem: Problem | SocketIOError, details?: LogDetails): void;
}
