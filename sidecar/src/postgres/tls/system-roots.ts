import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { SidecarError } from '../../api/sidecar-error.ts';

/** Where Debian, Red Hat, SUSE, Alpine and macOS keep all of them in one file. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The root certificates that the operating system trusts, which libpq takes for `sslrootcert=system`. Node's own list is
 * another one: it lacks those that an administrator has added.
 *
 * @throws SidecarError `postgres_tls`
 */
export function readSystemRoots(): string | string[] {
  for (const file of BUNDLES) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      // The next one.
    }
  }
  // Node 22.15 and later know them, whatever the system.
  const find: unknown = Reflect.get(tls, 'getCACertificates');
  const found: unknown = typeof find === 'function' ? find('system') : [];
  const roots = Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
  if (roots.length > 0) return roots;
  throw new SidecarError(
    'postgres_tls',
    `The root certificates of the system are at none of ${BUNDLES.join(', ')}. Name their file with WEB_SOCKETIO_DB_SSLROOTCERT.`,
  );
}
