import { lookup } from 'node:dns/promises';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { reason } from '../../api/error.ts';
import { type Finding, fine, problem, warning } from '../finding.ts';

const CONNECT_MS = 10_000;
const DAY_MS = 86_400_000;
/** Who renews by machine does so a month before; two weeks before, that has failed. */
const LAST_DAYS = 14;
/** Of a company's own authority: Node does not look into the system's list of those that are trusted. */
const FOREIGN = new Set(['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY']);

/** What is known of an address before anything is asked there. */
export interface AddressReport {
  readonly findings: readonly Finding[];
  readonly reachable: boolean;
  /** Whether the other side would speak HTTP/2; null without TLS. */
  readonly http2: boolean | null;
}

/** Looks at the name, the port and the certificate. */
export async function lookAtAddress(url: URL): Promise<AddressReport> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  let addresses: string[];
  try {
    addresses = (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    const seen = `'${name}' has no address: ${reason(error)}`;
    return { findings: [problem('Name', 'name_unknown', seen)], reachable: false, http2: null };
  }
  const found = [fine('Name', `${name} is ${addresses.join(', ')}`)];
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  try {
    if (url.protocol === 'https:') {
      const { findings, http2 } = await lookAtCertificate(name, port);
      return { findings: [...found, ...findings], reachable: true, http2 };
    }
    await new Promise<void>((resolve, reject) => {
      const socket = connectPlain({ host: name, port, timeout: CONNECT_MS }, () => {
        socket.destroy();
        resolve();
      });
      socket.on('timeout', () => socket.destroy(new Error(`no answer in ${CONNECT_MS / 1_000} s`)));
      socket.on('error', reject);
    });
    return { findings: [...found, fine('Port', `${port} is open`)], reachable: true, http2: null };
  } catch (error) {
    if (isTls(error)) {
      const seen = `port ${port} is open, and does not speak TLS as a browser does: ${tlsReason(error)}`;
      return { findings: [...found, problem('TLS', 'tls_failed', seen)], reachable: false, http2: null };
    }
    const seen = `nobody answers at ${name}, port ${port}: ${reason(error)}`;
    return { findings: [...found, problem('Port', 'port_closed', seen)], reachable: false, http2: null };
  }
}

function isTls(error: unknown): boolean {
  const code = error instanceof Error ? String(Reflect.get(error, 'code')) : '';
  return code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS');
}

/** Such as `wrong version number`: the whole message names lines of OpenSSL. */
function tlsReason(error: unknown): string {
  const said: unknown = error instanceof Error ? Reflect.get(error, 'reason') : undefined;
  return typeof said === 'string' ? said : reason(error);
}

interface Certified {
  readonly certificate: PeerCertificate;
  readonly protocol: string | null;
  /** Why it is refused here; null if it is not. */
  readonly refused: string | null;
  /** Only because this machine does not know who issued it: browsers may. */
  readonly isForeign: boolean;
  readonly http2: boolean;
}

async function lookAtCertificate(
  name: string,
  port: number,
): Promise<{ findings: Finding[]; http2: boolean }> {
  const { certificate, protocol, refused, isForeign, http2 } = await readCertificate(name, port);
  const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
  const seen = `${protocol}, a certificate until ${certificate.valid_to} (${days} days)`;
  if (refused !== null) {
    const found = isForeign
      ? warning('TLS', 'certificate_foreign', `${seen}: ${refused}`)
      : problem('TLS', 'certificate_refused', `${seen}: ${refused}`);
    return { findings: [found], http2 };
  }
  const soon = days < LAST_DAYS;
  return { findings: [soon ? warning('TLS', 'certificate_ends', seen) : fine('TLS', seen)], http2 };
}

function readCertificate(host: string, port: number): Promise<Certified> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      {
        ...{ host, port, timeout: CONNECT_MS, rejectUnauthorized: false },
        ALPNProtocols: ['h2', 'http/1.1'],
        // An address of numbers is no name that a certificate is asked for.
        ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      },
      () => {
        resolve({
          certificate: socket.getPeerCertificate(),
          protocol: socket.getProtocol(),
          refused: socket.authorized ? null : reason(socket.authorizationError),
          isForeign: FOREIGN.has(String(socket.authorizationError)),
          http2: socket.alpnProtocol === 'h2',
        });
        socket.destroy();
      },
    );
    socket.on('timeout', () => socket.destroy(new Error(`no answer in ${CONNECT_MS / 1_000} s`)));
    socket.on('error', reject);
  });
}
