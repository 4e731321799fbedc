import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { reason, SocketIOError } from '../api/error.ts';
import { readSystemRoots } from './system-roots.ts';

/** https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** How a connection to PostgreSQL is encrypted, and what of it is verified: libpq's parameters. */
export interface TlsOptions {
  readonly mode: SslMode;
  /** Where `root.crt`, `root.crl`, `postgresql.crt` and `postgresql.key` are unless named: `~/.postgresql`. */
  readonly folder?: string | undefined;
  /** A file of certificates that are trusted, or `system`. */
  readonly rootCert?: string | undefined;
  /** A file of certificates that are revoked. */
  readonly crl?: string | undefined;
  /** This side's own certificate, with its chain. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Of the key. */
  readonly keyPassword?: string | undefined;
  /** False: no certificate of this side is sent, whatever files there are. */
  readonly sendCert?: boolean | undefined;
  readonly minVersion?: tls.SecureVersion | undefined;
  readonly maxVersion?: tls.SecureVersion | undefined;
  /** False: the server is not told which name it was asked by. */
  readonly sni?: boolean | undefined;
  /** TLS begins at once, without asking: PostgreSQL 17 and later. */
  readonly direct?: boolean | undefined;
}

/** A connection with TLS. */
export interface SecureLink {
  readonly socket: tls.TLSSocket;
  /** The server's certificate comes from a root certificate that is trusted. */
  readonly verified: boolean;
}

/** Asks for TLS: https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Whether the server takes TLS. What comes after its answer would have been sent by somebody in between: CVE-2021-23222. */
export async function offersTls(socket: Socket): Promise<boolean> {
  socket.write(SSL_REQUEST);
  const [answer] = await eventOf(socket, 'data');
  const text = Buffer.isBuffer(answer) ? answer.toString('latin1') : '';
  if (text === 'N') return false;
  if (text === 'S') return true;
  if (/^[SN]/.test(text))
    throw new Error('Data came without encryption after the answer to the request for TLS');
  throw new Error(
    `The answer to the request for TLS is none of PostgreSQL: ${JSON.stringify(text.slice(0, 80))}`,
  );
}

/**
 * TLS over a connection, verified as libpq does it: in every mode the certificate has to come from a root certificate, if
 * there is a file of them; `verify-full` also looks at its name.
 *
 * @param host what the server is called in the settings: what its certificate has to be for
 * @throws SocketIOError `postgres_tls`
 */
export async function startTls(
  socket: Socket,
  options: TlsOptions,
  host: string | undefined,
): Promise<SecureLink> {
  const settings = await readTlsFiles(options);
  const secure = tls.connect({
    secureContext: makeContext(settings, options),
    rejectUnauthorized: settings.ca !== undefined,
    socket,
    ...(options.direct === true && { ALPNProtocols: ['postgresql'] }),
    ...(host !== undefined && isIP(host) === 0 && options.sni !== false && { servername: host }),
    checkServerIdentity: (_name, certificate) =>
      options.mode === 'verify-full' ? checkName(host, new X509Certificate(certificate.raw)) : undefined,
  });
  secure.on('error', () => undefined);
  try {
    await eventOf(secure, 'secureConnect');
  } catch (cause) {
    secure.destroy();
    throw cause instanceof SocketIOError ? cause : handshakeError(cause, options);
  }
  if (options.direct === true && secure.alpnProtocol !== 'postgresql') {
    secure.destroy();
    throw tlsError(
      'The server does not know sslnegotiation=direct, which PostgreSQL 17 brought. Leave it out.',
    );
  }
  return { socket: secure, verified: settings.ca !== undefined };
}

/** OpenSSL reads what is in the files: here it says what is wrong with them. */
function makeContext(settings: tls.SecureContextOptions, options: TlsOptions): tls.SecureContext {
  const { minVersion, maxVersion } = options;
  try {
    return tls.createSecureContext({
      ...settings,
      ...(minVersion !== undefined && { minVersion }),
      ...(maxVersion !== undefined && { maxVersion }),
    });
  } catch (cause) {
    throw tlsError(
      `The certificates, the key or the versions for TLS cannot be used: ${reason(cause)}. Look at the files in ~/.postgresql or of the options WEB_SOCKETIO_DB_SSL….`,
      cause,
    );
  }
}

async function readTlsFiles(options: TlsOptions): Promise<tls.SecureContextOptions> {
  const { mode, folder, keyPassword } = options;
  const usual = (name: string) => (folder === undefined ? undefined : join(folder, name));
  const rootFile = options.rootCert ?? usual('root.crt');
  const ca = rootFile === 'system' ? readSystemRoots() : await readIfThere(rootFile);
  if (ca === undefined && mode.startsWith('verify')) {
    throw tlsError(
      `sslmode '${mode}' needs root certificates, and there are none at '${rootFile ?? '~/.postgresql/root.crt'}'. Put them there, name another file with WEB_SOCKETIO_DB_SSLROOTCERT, or set that to system.`,
    );
  }
  const crl = options.crl === undefined ? await readIfThere(usual('root.crl')) : await read(options.crl);
  const certFile = options.cert ?? usual('postgresql.crt');
  const cert = options.sendCert === false ? undefined : await readIfThere(certFile);
  const keyFile = options.key ?? usual('postgresql.key');
  const key = cert === undefined ? undefined : await readKey(keyFile, certFile, keyPassword);
  return {
    ...(ca !== undefined && { ca, ...(crl !== undefined && { crl }) }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
    ...(keyPassword !== undefined && { passphrase: keyPassword }),
  };
}

/** A key that others may read is refused, as libpq does: of this user's own u=rw, of root's u=rw,g=r. */
async function readKey(
  file: string | undefined,
  certFile: string | undefined,
  password: string | undefined,
): Promise<string> {
  let handle: FileHandle;
  try {
    handle = await open(file ?? '');
  } catch (cause) {
    throw tlsError(
      `The certificate '${certFile}' has no key that can be read at '${file}': ${reason(cause)}. Put it there.`,
      cause,
    );
  }
  try {
    const found = await handle.stat();
    const wrong = found.uid === 0 ? 0o037 : 0o077;
    if (!found.isFile())
      throw tlsError(`The key '${file}' is no file. Name another with WEB_SOCKETIO_DB_SSLKEY.`);
    if ((found.mode & wrong) !== 0) {
      throw tlsError(`Others may read the key '${file}'. Take that right from them: chmod 600 '${file}'.`);
    }
    const key = await handle.readFile('utf8');
    if (/ENCRYPTED/.test(key) && password === undefined) {
      throw tlsError(
        `The key '${file}' is encrypted. Give sslpassword in a service file, or a key without a password.`,
      );
    }
    return key;
  } finally {
    await handle.close();
  }
}

/**
 * OpenSSL's rules are libpq's, but for addresses, which libpq also finds in the common name.
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBQ-SSL-CERTIFICATES
 */
function checkName(host: string | undefined, certificate: X509Certificate): Error | undefined {
  if (host === undefined)
    return new Error('sslmode verify-full needs a host name, and only an address is set');
  const hasAddress = /IP Address:/.test(certificate.subjectAltName ?? '');
  const fits =
    isIP(host) === 0
      ? certificate.checkHost(host, { partialWildcards: false })
      : (certificate.checkIP(host) ??
        certificate.checkHost(host, { subject: hasAddress ? 'never' : 'always', wildcards: false }));
  if (fits !== undefined) return undefined;
  const names = [certificate.subjectAltName, certificate.subject].filter((name) => name !== undefined);
  return new Error(
    `the server's certificate is not for '${host}', but for ${names.join(', ').replaceAll('\n', ', ')}`,
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw tlsError(
      `'${file}' cannot be read: ${reason(cause)}. Name another, or let this user read it.`,
      cause,
    );
  }
}

/** As for libpq, a file that is not there is none, even if it was named. */
async function readIfThere(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw tlsError(`'${file}' cannot be read: ${reason(cause)}. Let this user read it.`, cause);
  }
}

/** What comes with an event; rejects with the error of the connection, or when it is closed first. */
async function eventOf(socket: Socket, name: string): Promise<unknown[]> {
  if (socket.destroyed) throw new Error('The server closed the connection');
  const done = new AbortController();
  const { signal } = done;
  const closed = once(socket, 'close', { signal }).then(() => {
    throw new Error('The server closed the connection');
  });
  try {
    return await Promise.race([once(socket, name, { signal }), closed]);
  } finally {
    done.abort();
  }
}

/** The way it ended is the certificate's fault, or the protocol's. A connection that only broke off is not meant. */
function handshakeError(cause: unknown, { mode, rootCert }: TlsOptions): unknown {
  const code = cause instanceof Error && 'code' in cause ? `${cause.code}` : '';
  if (cause instanceof Error && !('code' in cause) && /closed the connection/.test(cause.message))
    return cause;
  if (code === 'ECONNRESET' || code === 'EPIPE') return cause;
  return tlsError(
    `TLS failed with sslmode '${mode}': ${reason(cause)}${code === '' ? '' : ` (${code})`}. Compare the server's certificate with the root certificates (${rootCert ?? '~/.postgresql/root.crt'}) and with db_host.`,
    cause,
  );
}

export function tlsError(text: string, cause?: unknown): SocketIOError {
  return new SocketIOError('postgres_tls', text, { retry: true, cause });
}
