import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresMajor } from '../../../sidecar/playground/postgres/postgres-programs.ts';
import { serverOwner } from '../../../sidecar/playground/processes/ordinary-user.ts';
import { CertificateAuthority } from '../network/certificate-authority.ts';
import { makeServerFolder } from '../process/server-folder.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

/** A PostgreSQL server with TLS, and what belongs to its certificate. */
export interface TlsPostgres extends PostgresServer {
  readonly authority: CertificateAuthority;
  readonly certificate: string;
  /** Of its Unix socket. */
  readonly socketFolder: string;
}

/**
 * @param access lines of pg_hba.conf for TCP; through the Unix socket everybody gets in with a password
 * @param names for which its certificate is; the first is the common name
 */
export async function startTlsPostgres(
  major: PostgresMajor,
  access: readonly string[],
  names: readonly string[] = ['localhost', '127.0.0.1'],
): Promise<TlsPostgres> {
  const folder = await makeServerFolder(`tls${major}`);
  const authority = await CertificateAuthority.create('authority of the tests');
  const { certificate, key } = await authority.issue(names[0] ?? '', names);
  const files: Record<string, string> = {
    'server.crt': certificate,
    'server.key': key,
    'root.crt': authority.certificate,
    'pg_hba.conf': ['local all all md5', ...access, ''].join('\n'),
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder.path, name);
    await writeFile(path, text, { mode: 0o600 });
    if (serverOwner !== undefined) await chown(path, serverOwner, serverOwner);
  }
  try {
    const server = await startPostgres(major, {
      ...{ fsync: 'off', ssl: 'on', unix_socket_directories: folder.path },
      ssl_cert_file: join(folder.path, 'server.crt'),
      ssl_key_file: join(folder.path, 'server.key'),
      ssl_ca_file: join(folder.path, 'root.crt'),
      hba_file: join(folder.path, 'pg_hba.conf'),
    });
    const stop = () => server.stop().finally(folder.remove);
    return { ...server, stop, authority, certificate, socketFolder: folder.path };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
