import type { PostgresHost, PostgresOptions } from '../postgres/connect/postgres-options.ts';
import type { Flags } from './flags.ts';
import { isByWorkers } from './max-cursor.ts';
import type { Settings } from './settings.ts';
import type { Sources } from './sources.ts';

/** Something that can be set, where, and how it is shown. */
export interface Option {
  /** As the flag is called, or would be. */
  readonly name: string;
  readonly flag?: keyof Flags;
  readonly variable: string;
  /** Keys of the OpenERP configuration file, the first that is there counts. */
  readonly conf?: readonly string[];
  /** The variable that names a file with the value. */
  readonly file?: string;
  /** The variable by which PostgreSQL's own programs know it. */
  readonly libpq?: string;
  /** For the help, in at most 50 characters: only of what has no flag. */
  readonly help?: string;
  /** What holds now. Never a password. */
  show(settings: Settings, sources: Sources): string;
}

const BY_WORKERS = ', one less than the workers of OpenERP';

/** All of them, in the order in which people meet them. */
export const OPTIONS: readonly Option[] = [
  option('database', ({ databases }) => databases.join(', '), { flag: 'database', conf: ['db_name'] }),
  option('interface', (settings) => settings.interface, { flag: 'interface' }),
  option('port', ({ port }) => `${port}`, { flag: 'port' }),
  option('max-cursor', ({ maxCursor }, sources) => `${maxCursor}${isByWorkers(sources) ? BY_WORKERS : ''}`, {
    flag: 'maxCursor',
  }),
  option('config', ({ configFile }) => configFile ?? 'none', { flag: 'config' }),
  option('openerp-url', ({ openerpUrl }) => openerpUrl, {
    flag: 'openerpUrl',
    conf: ['http_port', 'xmlrpc_port', 'http_interface', 'xmlrpc_interface'],
  }),
  option('transport', ({ transport }) => transport, {
    help: 'auto, json or xmlrpc: how models are called',
  }),
  option('log-format', ({ logFormat }) => logFormat, { flag: 'logFormat' }),
  option('db-host', ({ postgres }) => hostsOf(postgres).map(shownHost).join(', '), {
    ...{ conf: ['db_host'], libpq: 'PGHOST', help: 'where PostgreSQL is, or the folder of its socket' },
  }),
  option('db-port', ({ postgres }) => uniform(hostsOf(postgres).map(({ port }) => `${port ?? 5432}`)), {
    ...{ conf: ['db_port'], libpq: 'PGPORT', help: 'its port, default 5432' },
  }),
  option('db-target-session-attrs', ({ postgres }) => postgres.target ?? defaultTarget(postgres), {
    ...{ libpq: 'PGTARGETSESSIONATTRS', help: 'which of several hosts, read-write' },
  }),
  option('db-sslmode', ({ postgres }) => postgres.tls?.mode ?? 'prefer', {
    ...{ conf: ['db_sslmode'], libpq: 'PGSSLMODE', help: 'TLS to it, as libpq has it, default prefer' },
  }),
  option('db-sslrootcert', ({ postgres: { tls } }) => tls?.rootCert ?? '~/.postgresql/root.crt, if there', {
    ...{ libpq: 'PGSSLROOTCERT', help: 'file of root certificates, or system' },
  }),
  option('db-sslcert', ({ postgres: { tls } }) => tls?.cert ?? '~/.postgresql/postgresql.crt, if there', {
    ...{ libpq: 'PGSSLCERT', help: "file of this side's own certificate" },
  }),
  option('db-sslkey', ({ postgres: { tls } }) => tls?.key ?? '~/.postgresql/postgresql.key, if there', {
    ...{ libpq: 'PGSSLKEY', help: 'file of its key' },
  }),
  option('db-user', ({ postgres }) => postgres.user ?? 'the system user', {
    ...{ conf: ['db_user'], libpq: 'PGUSER', help: 'the role to log in as' },
  }),
  option('db-password', ({ postgres }) => (postgres.password === undefined ? 'not set' : 'set'), {
    ...{ conf: ['db_password'], libpq: 'PGPASSWORD', help: 'its password' },
    file: 'WEB_SOCKETIO_DB_PASSWORD_FILE',
  }),
  option('db-password-file', (_, { variables }) => variables['WEB_SOCKETIO_DB_PASSWORD_FILE'] ?? 'none', {
    help: 'a file that holds it, as containers have',
  }),
  option('addons-path', ({ addonsPath }) => addonsPath.join(', ') || 'none', {
    ...{ conf: ['addons_path'], help: "folders with addons, besides the package's own" },
  }),
  option('each-hours', ({ retention }) => `${retention.eachHours}`, {
    help: 'messages kept for pages that come back, 24',
  }),
  option('queue-hours', ({ retention }) => `${retention.queueHours}`, {
    help: 'messages kept for who logs in later, 168',
  }),
  option('max-attempts', ({ maxAttempts }) => `${maxAttempts}`, {
    help: 'failures before a message is set aside, 5',
  }),
  option('bell', ({ wakeUp }) => (wakeUp ? 'on' : 'off'), {
    help: 'off: no transaction ever sends NOTIFY, on',
  }),
  option('drain-seconds', ({ drainSeconds }) => `${drainSeconds}`, {
    help: 'time to send pages away when stopped, 10',
  }),
  option('route', ({ route }) => route ?? 'none', {
    help: "Apache's name for it, where there are several",
  }),
  option('max-message-bytes', ({ limits }) => `${limits.messageBytes}`, {
    help: 'of one message of a browser, 1000000',
  }),
  option('max-events', ({ limits }) => `${limits.eventsPerSecond}`, {
    help: 'events a second of one socket, 100',
  }),
  option('max-packets', ({ limits }) => `${limits.packetsPerSecond}`, {
    help: 'packets a second of one connection, 5000',
  }),
  option('max-handlers', ({ limits }) => `${limits.handlers}`, {
    help: 'handlers of one socket at a time, 100',
  }),
  option('max-namespaces', ({ limits }) => `${limits.namespaces}`, {
    help: 'namespaces of one connection, 50',
  }),
  option('max-queue-bytes', ({ limits }) => `${limits.queueBytes}`, {
    help: 'what waits for who does not read, 4000000',
  }),
  option('origins', ({ limits }) => limits.origins.join(', ') || 'any', {
    help: 'hosts and origins whose pages may connect',
  }),
  option('stuck-seconds', ({ limits }) => `${limits.stuckSeconds}`, {
    help: 'before a handler that hangs is logged, 60',
  }),
  option('blocked-ms', ({ limits }) => `${limits.blockedMs}`, {
    help: 'before a handler that blocks is named, 1000',
  }),
];

function option(
  name: string,
  show: Option['show'],
  rest: Omit<Option, 'name' | 'variable' | 'show'>,
): Option {
  return { name, variable: `WEB_SOCKETIO_${name.toUpperCase().replaceAll('-', '_')}`, show, ...rest };
}

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

function defaultTarget({ others = [] }: PostgresOptions): string {
  return others.length > 0 ? 'read-write' : 'any';
}
