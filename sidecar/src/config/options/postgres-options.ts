import type {
  PostgresHost,
  PostgresOptions,
  TargetSession,
} from '../../postgres/connect/postgres-options.ts';
import type { SslMode } from '../../postgres/tls/tls-context.ts';
import { choice } from '../values/choice.ts';
import { PATH, TEXT } from '../values/text.ts';
import { option } from './option.ts';

const TARGETS: readonly TargetSession[] = [
  ...(['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const),
];
const SSL_MODES: readonly SslMode[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** How PostgreSQL is reached: what is not given here is as libpq has it. */
export const POSTGRES = {
  host: option({
    ...{ name: 'db-host', conf: ['db_host'], libpq: 'host', default: '', type: TEXT },
    showIn: (postgres) => hostsOf(postgres).map(shownHost).join(', '),
    help: 'where PostgreSQL is, or the folder of its socket',
  }),
  port: option({
    ...{ name: 'db-port', conf: ['db_port'], libpq: 'port', default: '5432', type: TEXT },
    showIn: (postgres) => uniform(hostsOf(postgres).map(({ port }) => `${port ?? 5432}`)),
    help: 'its port',
  }),
  target: option({
    ...{ name: 'db-target-session-attrs', libpq: 'target_session_attrs', default: 'read-write' },
    ...{ type: choice(TARGETS), help: 'which of several hosts' },
    showIn: ({ target, others = [] }) => target ?? (others.length > 0 ? 'read-write' : 'any'),
  }),
  sslMode: option({
    ...{ name: 'db-sslmode', conf: ['db_sslmode'], libpq: 'sslmode', default: 'prefer' },
    ...{ type: choice(SSL_MODES), help: 'TLS to it, as libpq has it' },
    showIn: ({ tls }) => tls?.mode ?? 'prefer',
  }),
  rootCert: option({
    ...{ name: 'db-sslrootcert', libpq: 'sslrootcert', default: '', type: TEXT },
    showIn: ({ tls }) => tls?.rootCert ?? '~/.postgresql/root.crt, if there',
    help: 'file of root certificates, or system',
  }),
  cert: option({
    ...{ name: 'db-sslcert', libpq: 'sslcert', default: '', type: PATH },
    showIn: ({ tls }) => tls?.cert ?? '~/.postgresql/postgresql.crt, if there',
    help: "file of the sidecar's own certificate",
  }),
  key: option({
    ...{ name: 'db-sslkey', libpq: 'sslkey', default: '', type: TEXT },
    showIn: ({ tls }) => tls?.key ?? '~/.postgresql/postgresql.key, if there',
    help: 'file of its key',
  }),
  user: option({
    ...{ name: 'db-user', conf: ['db_user'], libpq: 'user', default: '', type: TEXT },
    showIn: ({ user }) => user ?? 'the system user',
    help: 'the role to log in as',
  }),
  password: option({
    ...{ name: 'db-password', conf: ['db_password'], libpq: 'password', default: '', type: TEXT },
    ...{ file: 'WEB_SOCKETIO_DB_PASSWORD_FILE', secret: true, help: 'its password' },
  }),
  passwordFile: option({
    ...{ name: 'db-password-file', default: '', type: PATH },
    help: 'a file that holds it, as containers have',
  }),
};

function hostsOf(postgres: PostgresOptions): PostgresHost[] {
  return [postgres, ...(postgres.others ?? [])];
}

function shownHost({ host, hostaddr }: PostgresHost): string {
  if (hostaddr !== undefined) return host === undefined ? hostaddr : `${host} (${hostaddr})`;
  return host ?? 'the usual Unix socket, or localhost';
}

function uniform(texts: readonly string[]): string {
  return new Set(texts).size === 1 ? (texts[0] ?? '') : texts.join(', ');
}
