import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import * as tls from 'node:tls';
import { reason } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { readTlsContext, type TlsOptions, tlsError } from './tls-context.ts';

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
 * @throws SidecarError `postgres_tls`
 */
export async function startTls(
  socket: Socket,
  options: TlsOptions,
  host: string | undefined,
): Promise<SecureLink> {
  const { secureContext, verifies } = await readTlsContext(options);
  const secure = tls.connect({
    ...{ secureContext, rejectUnauthorized: verifies },
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
    throw cause instanceof SidecarError ? cause : handshakeError(cause, options);
  }
  if (options.direct === true && secure.alpnProtocol !== 'postgresql') {
    secure.destroy();
    throw tlsError(
      'The server does not know sslnegotiation=direct, which PostgreSQL 17 brought. Leave it out.',
    );
  }
  return { socket: secure, verified: verifies };
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
