import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { reason } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
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

/** What the files hold, as OpenSSL takes it. */
export interface TlsContext {
  readonly secureContext: tls.SecureContext;
  /** There are root certificates: the server's own has to come from one of them. */
  readonly verifies: boolean;
}

/**
 * Reads the files as libpq does, at each connection: certificates are renewed while the sidecar runs.
 *
 * @throws SidecarError `postgres_tls`
 */
export async function readTlsContext(options: TlsOptions): Promise<TlsContext> {
  const settings = await readTlsFiles(options);
  return { secureContext: makeContext(settings, options), verifies: settings.ca !== undefined };
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
      throw tlsError(`The key '${file}' is not a file. Name another with WEB_SOCKETIO_DB_SSLKEY.`);
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

export function tlsError(text: string, cause?: unknown): SidecarError {
  return new SidecarError('postgres_tls', text, { cause });
}
