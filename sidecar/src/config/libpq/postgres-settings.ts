import { isIP } from 'node:net';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { PostgresHost, PostgresOptions } from '../../postgres/connect/postgres-options.ts';
import type { TlsOptions } from '../../postgres/tls/tls-context.ts';
import type { OptionReader } from '../option-reader.ts';
import { POSTGRES } from '../options/postgres-options.ts';
import { SERVER } from '../options/server-options.ts';
import { choice } from '../values/choice.ts';
import { wholeNumber } from '../values/whole-number.ts';

const PROTOCOL = choice(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
const NEGOTIATION = choice(['postgres', 'direct']);
const ZERO_OR_ONE = choice(['0', '1']);
const SECONDS = wholeNumber({ least: 0, most: 600 });

/**
 * How PostgreSQL is reached: our own variables win over Odoo's file, that over a service of libpq, and that over libpq's
 * variables. Odoo gives what stands in its file to libpq, which looks for the rest in that order, too.
 *
 * @throws SidecarError `option_invalid`, `option_unsupported`, `config_unreadable`
 */
export function readPostgres(reader: OptionReader): PostgresOptions {
  const { sources, libpq } = reader;
  const hosts = readHosts(reader);
  const abstract = hosts.find(({ host }) => host?.startsWith('@') === true);
  if (abstract !== undefined && !sources.abstractSockets) {
    throw new SidecarError(
      'option_unsupported',
      `Node 20 cannot reach the abstract socket '${abstract.host}' of db_host. Use a later Node, or a socket in a folder.`,
    );
  }
  const [first = { host: undefined, port: undefined }, ...others] = hosts;
  const timeout = libpq.value('connect_timeout', SECONDS, '0');
  return {
    ...first,
    others,
    target: reader.text(POSTGRES.target) === undefined ? undefined : reader.value(POSTGRES.target),
    user: reader.text(POSTGRES.user),
    password: reader.text(POSTGRES.password),
    passwordFile: sources.expand(libpq.get('passfile') ?? '~/.pgpass'),
    tls: readTls(reader),
    connectTimeoutMs: timeout === 0 ? undefined : timeout * 1_000,
    applicationName: libpq.get('application_name'),
    backendOptions: libpq.get('options'),
  };
}

/** Lists with commas, as libpq takes them: one port for all, or one for each. */
function readHosts(reader: OptionReader): PostgresHost[] {
  const host = reader.text(POSTGRES.host);
  const hostaddr = reader.libpq.get('hostaddr');
  const port = reader.text(POSTGRES.port);
  const hosts = list(host);
  const addresses = list(hostaddr);
  const ports = list(port);
  const count = Math.max(hosts.length, addresses.length, 1);
  if (hosts.length > 0 && addresses.length > 0 && hosts.length !== addresses.length) {
    throw new SidecarError(
      'option_invalid',
      `PGHOSTADDR '${hostaddr}' and the hosts '${host}' differ in number. Give one address for each host.`,
    );
  }
  if (ports.length > 1 && ports.length !== count) {
    throw new SidecarError(
      'option_invalid',
      `The ports '${port}' and the hosts '${host ?? hostaddr ?? ''}' differ in number. Give one port for all, or one for each host.`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const address = addresses[index] || undefined;
    if (address !== undefined && isIP(address) === 0) {
      throw new SidecarError(
        'option_invalid',
        `Invalid address '${address}' in PGHOSTADDR. Give one such as 10.0.0.5.`,
      );
    }
    const number = (ports.length > 1 ? ports[index] : ports[0]) || undefined;
    return {
      host: hosts[index] || undefined,
      ...(address !== undefined && { hostaddr: address }),
      port: number === undefined ? undefined : toPort(number, reader),
    };
  });
}

function toPort(text: string, reader: OptionReader): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw reader.invalid(POSTGRES.port, text, SERVER.port.type.expects);
}

function list(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((part) => part.trim());
}

function readTls(reader: OptionReader): TlsOptions {
  const { sources, libpq } = reader;
  const root = reader.text(POSTGRES.rootCert);
  const isSystem = root === 'system';
  const fallback = isSystem ? 'verify-full' : libpq.get('requiressl') === '1' ? 'require' : 'prefer';
  const mode = reader.text(POSTGRES.sslMode) === undefined ? fallback : reader.value(POSTGRES.sslMode);
  if (isSystem && mode !== 'verify-full') {
    throw new SidecarError(
      'option_invalid',
      `sslrootcert=system and sslmode '${mode}' do not go together: anybody can have a certificate of the public authorities. Set WEB_SOCKETIO_DB_SSLMODE or db_sslmode to verify-full.`,
    );
  }
  const direct = libpq.value('sslnegotiation', NEGOTIATION, 'postgres') === 'direct';
  if (direct && !/^(require|verify)/.test(mode)) {
    throw new SidecarError(
      'option_invalid',
      `sslnegotiation=direct and sslmode '${mode}' do not go together. Set WEB_SOCKETIO_DB_SSLMODE or db_sslmode to require or more.`,
    );
  }
  const key = reader.text(POSTGRES.key);
  if (key?.includes(':') === true) {
    throw new SidecarError(
      'option_unsupported',
      `The key '${key}' of an OpenSSL engine cannot be used. Name a file with WEB_SOCKETIO_DB_SSLKEY.`,
    );
  }
  const version = (parameter: 'ssl_min_protocol_version' | 'ssl_max_protocol_version') =>
    libpq.get(parameter) === undefined ? undefined : libpq.value(parameter, PROTOCOL, '');
  const expand = (path: string | undefined) => (path === undefined ? undefined : sources.expand(path));
  return {
    mode,
    folder: sources.expand('~/.postgresql'),
    // OpenSSL's own variable for them, which libpq follows without knowing.
    rootCert: isSystem ? (sources.variables['SSL_CERT_FILE'] ?? 'system') : expand(root),
    crl: expand(libpq.get('sslcrl')),
    cert: expand(reader.text(POSTGRES.cert)),
    key: expand(key),
    keyPassword: libpq.get('sslpassword'),
    sendCert: libpq.get('sslcertmode') !== 'disable',
    minVersion: version('ssl_min_protocol_version'),
    maxVersion: version('ssl_max_protocol_version'),
    sni: libpq.value('sslsni', ZERO_OR_ONE, '1') === '1',
    direct,
  };
}
