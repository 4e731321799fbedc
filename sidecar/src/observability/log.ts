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
  /** How many messages, sidecars or handlers. */
  readonly count?: number;
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
  info(db: string | null, message: string, fields?: LogFields): void;
  warn(db: string | null, problem: Problem | SocketIOError, details?: LogDetails): void;
  error(db: string | null, problem: Problem | SocketIOError, details?: LogDetails): void;
}
