import { reason, SocketIOError } from '../api/error.ts';
import { DialError } from './dial-error.ts';

/**
 * Names what PostgreSQL or the way to it reported, for the log and for people.
 * Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function nameFailure(error: unknown, database: string): SocketIOError {
  if (error instanceof SocketIOError) return error;
  if (error instanceof DialError && error.cause instanceof SocketIOError) {
    return new SocketIOError(error.cause.code, error.message, { retry: error.cause.retry, cause: error });
  }
  const code = codeOf(error);
  const named = (name: string, text: string) => new SocketIOError(name, text, { retry: true, cause: error });
  switch (code) {
    case '3D000':
      return named(
        'database_missing',
        `The database '${database}' does not exist. Create it, or correct -d.`,
      );
    case '42P01':
      return named(
        'module_missing',
        `The database '${database}' lacks the tables of web_socketio. Install the module: odoo -d ${database} -i web_socketio.`,
      );
    case '42501':
      return named(
        'database_forbidden',
        `PostgreSQL refuses in '${database}': ${reason(error)}. Grant that right to the sidecar's role, or use OpenERP's.`,
      );
    case '28P01':
    case '28000':
      return named(
        'database_login',
        `PostgreSQL refuses the log-in to '${database}': ${reason(error)}. Check db_user and db_password, and db_sslmode where it says 'no encryption'; for a log-in by peer, without db_host, run the sidecar as that system user.`,
      );
    case '53300':
      return named(
        'postgres_full',
        `PostgreSQL has no connection left for '${database}': ${reason(error)}. The sidecar needs six for each database: raise max_connections, or the connection limit of its role or of the database.`,
      );
    default:
      return named(
        'postgres_unreachable',
        `PostgreSQL cannot be used for '${database}': ${reason(error)}${code === undefined ? '' : ` (${code})`}. Check db_host, db_port and whether the server runs.`,
      );
  }
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Node tries IPv6 and IPv4 and reports both in one error.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return undefined;
}
