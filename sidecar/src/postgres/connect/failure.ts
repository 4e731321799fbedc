import pg from 'pg';
import { reason } from '../../api/error.ts';
import type { ErrorCode } from '../../api/error-codes/catalogue.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { DialError } from './dial-error.ts';

/** What a failure is called. */
interface Name {
  readonly code: ErrorCode;
  /** @param words what PostgreSQL or the network says, with PostgreSQL's code */
  sentence(database: string, words: string): string;
}

/** Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const NAMES: Readonly<Record<string, Name>> = {
  '3D000': {
    code: 'database_missing',
    sentence: (database) => `The database '${database}' does not exist. Create it, or correct -d.`,
  },
  '42P01': {
    code: 'module_missing',
    sentence: (database) =>
      `The database '${database}' lacks the tables of web_socketio. Install the module: odoo -d ${database} -i web_socketio.`,
  },
  '42501': {
    code: 'database_forbidden',
    sentence: (database, words) =>
      `PostgreSQL refuses in '${database}': ${words}. Run addon/web_socketio/data/sidecar_role.sql in that database, or use Odoo's role.`,
  },
  '28P01': { code: 'database_login', sentence: login },
  '28000': { code: 'database_login', sentence: login },
  '25006': {
    code: 'database_read_only',
    sentence: (database, words) =>
      `Nothing can be written to '${database}': ${words}. Turn default_transaction_read_only off, or correct db_host if that server is a standby.`,
  },
  '53300': {
    code: 'postgres_full',
    sentence: (database, words) =>
      `PostgreSQL has no connection left for '${database}': ${words}. The sidecar needs six for each database: raise max_connections, or the connection limit of its role or of the database.`,
  },
  '57P01': { code: 'postgres_starting', sentence: starting },
  '57P02': { code: 'postgres_starting', sentence: starting },
  '57P03': { code: 'postgres_starting', sentence: starting },
  '55P03': {
    code: 'table_locked',
    sentence: (database, words) =>
      `Somebody has locked a table of '${database}': ${words}. Wait until that transaction ends; pg_locks and pg_stat_activity name it.`,
  },
  '57014': {
    code: 'postgres_slow',
    sentence: (database, words) =>
      `A statement took too long in '${database}': ${words}. Look in pg_stat_activity for what it waits for, and at statement_timeout.`,
  },
};

/** Of PostgreSQL, and none of those above. */
const OTHER: Name = {
  code: 'postgres_error',
  sentence: (database, words) =>
    `PostgreSQL refuses a statement in '${database}': ${words}. Its log has the statement; correct what it names.`,
};

const UNREACHABLE: Name = {
  code: 'postgres_unreachable',
  sentence: (database, words) =>
    `PostgreSQL cannot be used for '${database}': ${words}. Check db_host, db_port and whether the server runs.`,
};

/** Names what PostgreSQL or the way to it reported, for the log and for people. All of it may be over later. */
export function nameFailure(error: unknown, database: string): SidecarError {
  if (error instanceof SidecarError) return error;
  const root = error instanceof DialError ? error.cause : error;
  if (root instanceof SidecarError) {
    return new SidecarError(root.code, reason(error), { retry: root.retry, cause: error });
  }
  const { code, text } = describe(error);
  // By its class and not by its code: a trigger may raise any five letters, and Node has a code EPIPE.
  const { code: name, sentence } = NAMES[code] ?? (root instanceof pg.DatabaseError ? OTHER : UNREACHABLE);
  const words = code === '' ? text : `${text} (${code})`;
  return new SidecarError(name, sentence(database, words), { cause: error });
}

function describe(error: unknown): { code: string; text: string } {
  // Node tries IPv6 and IPv4 and reports both in one error, which says nothing itself.
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  const known = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return { code: typeof known === 'string' ? known : '', text: reason(error) };
}

function login(database: string, words: string): string {
  return `PostgreSQL refuses the log-in to '${database}': ${words}. Check db_user and db_password, and db_sslmode where it says 'no encryption'; for a log-in by peer, without db_host, run the sidecar as that system user.`;
}

function starting(database: string, words: string): string {
  return `PostgreSQL is being started or stopped, or has ended a connection to '${database}': ${words}. Wait for it, or start it.`;
}
