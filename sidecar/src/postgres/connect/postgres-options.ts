import type { TlsOptions } from '../tls/tls-context.ts';

/** One server, as libpq counts them: a name may have several addresses. */
export interface PostgresHost {
  /**
   * A host name, an address, or the folder of a Unix socket: `/…`, or `@…` for an abstract one. Undefined is libpq's
   * default.
   */
  readonly host: string | undefined;
  /** The address of that host: it is not looked up then. */
  readonly hostaddr?: string | undefined;
  readonly port: number | undefined;
}

/**
 * Which server is wanted where several are named:
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
 */
export type TargetSession = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';

/** Where a PostgreSQL server is and as whom to log in. The password is never logged. */
export interface PostgresOptions extends PostgresHost {
  /** Servers that are tried in this order after the first, which is `host`. */
  readonly others?: readonly PostgresHost[] | undefined;
  /** `read-write` among several, and else `any`. */
  readonly target?: TargetSession | undefined;
  /** The system user's name if it is undefined. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Looked into for a password if none is set: `~/.pgpass`. */
  readonly passwordFile?: string | undefined;
  /** `prefer` without any certificate if it is undefined. */
  readonly tls?: TlsOptions | undefined;
  /** For each attempt at one address. */
  readonly connectTimeoutMs?: number | undefined;
  readonly applicationName?: string | undefined;
  /** Command-line options for the backend, as in `PGOPTIONS`. */
  readonly backendOptions?: string | undefined;
}
