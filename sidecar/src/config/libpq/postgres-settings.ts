import { isIP } from 'node:net';
import { SidecarError } from '../../api/sidecar-error.ts';
import type {
  PostgresHost,
  PostgresOptions,
  TargetSession,
} from '../../postgres/connect/postgres-options.ts';
import type { SslMode, TlsOptions } from '../../postgres/tls/tls-context.ts';
import { toPort } from '../port.ts';
import type { Sources } from '../sources.ts';
import { toWholeNumber } from '../whole-number.ts';
import type { LibpqParameters } from './libpq-parameters.ts';

const SSL_MODES: readonly SslMode[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];
const TARGETS: readonly TargetSession[] = [
  ...(['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const),
];
const PROTOCOLS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const SWITCH = ['0', '1'] as const;

/**
 * How PostgreSQL is reached: our own variables win over OpenERP's file, that over a service of libpq, and that over libpq's
 * variables. OpenERP gives what stands in its file to libpq, which looks for the rest in that order, too.
 *
 * @throws SidecarError `option_invalid`, `option_unsupported`, `config_unreadable`
 */
export function readPostgres(sources: Sources, libpq: LibpqParameters): PostgresOptions {
  const { variables: env, conf } = sources;
  const hosts = readHosts(
    env['WEB_SOCKETIO_DB_HOST'] ?? conf.get('db_host') ?? libpq.get('host'),
    libpq.get('hostaddr'),
    env['WEB_SOCKETIO_DB_PORT'] ?? conf.get('db_port') ?? libpq.get('port'),
  );
  const abstract = hosts.find(({ host }) => host?.startsWith('@') === true);
  if (abstract !== undefined && !sources.abstractSockets) {
    throw new SidecarError(
      'option_unsupported',
      `The abstract socket '${abstract.host}' of db_host cannot be reached by Node 20. Use a later one, or a socket in a folder.`,
    );
  }
  const [first = { host: undefined, port: undefined }, ...others] = hosts;
  const target = env['WEB_SOCKETIO_DB_TARGET_SESSION_ATTRS'] ?? libpq.get('target_session_attrs');
  const timeout = toWholeNumber(
    { PGCONNECT_TIMEOUT: libpq.get('connect_timeout') ?? '0' },
    'PGCONNECT_TIMEOUT',
    {
      ...{ otherwise: 0, least: 0, most: 600 },
    },
  );
  return {
    ...first,
    others,
    target: target === undefined ? undefined : oneOf(target, TARGETS, 'target_session_attrs'),
    user: env['WEB_SOCKETIO_DB_USER'] ?? conf.get('db_user') ?? libpq.get('user'),
    password:
      env['WEB_SOCKETIO_DB_PASSWORD'] ??
      sources.textOf('WEB_SOCKETIO_DB_PASSWORD_FILE') ??
      conf.get('db_password') ??
      libpq.get('password'),
    passwordFile: sources.expand(libpq.get('passfile') ?? '~/.pgpass'),
    tls: readTls(sources, libpq),
    connectTimeoutMs: timeout === 0 ? undefined : timeout * 1_000,
    applicationName: libpq.get('application_name'),
    backendOptions: libpq.get('options'),
  };
}

/** Lists with commas, as libpq takes them: one port for all, or one for each. */
function readHosts(host?: string, hostaddr?: string, port?: string): PostgresHost[] {
  const hosts = list(host);
  const addresses = list(hostaddr);
  const ports = list(port);
  const count = Math.max(hosts.length, addresses.length, 1);
  if (hosts.length > 0 && addresses.length > 0 && hosts.length !== addresses.length) {
    throw new SidecarError(
      'option_invalid',
      `PGHOSTADDR '${hostaddr}' and the host '${host}' name not equally many. Give one address for each host.`,
    );
  }
  if (ports.length > 1 && ports.length !== count) {
    throw new SidecarError(
      'option_invalid',
      `The ports '${port}' are not as many as the hosts '${host ?? hostaddr ?? ''}'. Give one for all, or one for each.`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const address = addresses[index] || undefined;
    if (address !== undefined && isIP(address) === 0) {
      throw new SidecarError(
        'option_invalid',
        `'${address}' in PGHOSTADDR is no address. Give one such as 10.0.0.5.`,
      );
    }
    const number = (ports.length > 1 ? ports[index] : ports[0]) || undefined;
    return {
      host: hosts[index] || undefined,
      ...(address !== undefined && { hostaddr: address }),
      port: number === undefined ? undefined : toPort(number, 'db_port'),
    };
  });
}

function list(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((part) => part.trim());
}

function readTls(sources: Sources, libpq: LibpqParameters): TlsOptions {
  const { variables: env, conf } = sources;
  const file = (variable: string, parameter: 'sslrootcert' | 'sslcrl' | 'sslcert' | 'sslkey') => {
    const path = env[variable] ?? libpq.get(parameter);
    return path === undefined ? undefined : sources.expand(path);
  };
  const root = env['WEB_SOCKETIO_DB_SSLROOTCERT'] ?? libpq.get('sslrootcert');
  const isSystem = root === 'system';
  const said = env['WEB_SOCKETIO_DB_SSLMODE'] ?? conf.get('db_sslmode') ?? libpq.get('sslmode');
  const fallback = isSystem ? 'verify-full' : libpq.get('requiressl') === '1' ? 'require' : 'prefer';
  const mode = oneOf(said ?? fallback, SSL_MODES, 'db_sslmode');
  if (isSystem && mode !== 'verify-full') {
    throw new SidecarError(
      'option_invalid',
      `sslrootcert=system and sslmode '${mode}' do not go together: anybody can have a certificate of the public authorities. Set WEB_SOCKETIO_DB_SSLMODE or db_sslmode to verify-full.`,
    );
  }
  const direct =
    oneOf(libpq.get('sslnegotiation') ?? 'postgres', ['postgres', 'direct'], 'sslnegotiation') === 'direct';
  if (direct && !/^(require|verify)/.test(mode)) {
    throw new SidecarError(
      'option_invalid',
      `sslnegotiation=direct and sslmode '${mode}' do not go together. Set WEB_SOCKETIO_DB_SSLMODE or db_sslmode to require or more.`,
    );
  }
  const key = env['WEB_SOCKETIO_DB_SSLKEY'] ?? libpq.get('sslkey');
  if (key?.includes(':') === true) {
    throw new SidecarError(
      'option_unsupported',
      `The key '${key}' of an OpenSSL engine cannot be used. Name a file with WEB_SOCKETIO_DB_SSLKEY.`,
    );
  }
  const version = (parameter: 'ssl_min_protocol_version' | 'ssl_max_protocol_version') => {
    const text = libpq.get(parameter);
    return text === undefined ? undefined : oneOf(text, PROTOCOLS, parameter);
  };
  return {
    mode,
    folder: sources.expand('~/.postgresql'),
    // OpenSSL's own variable for them, which libpq follows without knowing.
    rootCert: isSystem
      ? (env['SSL_CERT_FILE'] ?? 'system')
      : file('WEB_SOCKETIO_DB_SSLROOTCERT', 'sslrootcert'),
    crl: file('', 'sslcrl'),
    cert: file('WEB_SOCKETIO_DB_SSLCERT', 'sslcert'),
    key: file('WEB_SOCKETIO_DB_SSLKEY', 'sslkey'),
    keyPassword: libpq.get('sslpassword'),
    sendCert: libpq.get('sslcertmode') !== 'disable',
    minVersion: version('ssl_min_protocol_version'),
    maxVersion: version('ssl_max_protocol_version'),
    sni: oneOf(libpq.get('sslsni') ?? '1', SWITCH, 'sslsni') === '1',
    direct,
  };
}

function oneOf<Value extends string>(text: string, values: readonly Value[], option: string): Value {
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw new SidecarError('option_invalid', `'${text}' is no ${option}. Give ${values.join(', ')}.`);
}
