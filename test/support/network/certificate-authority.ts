import 'reflect-metadata';
import { KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** A certificate with its key, as files hold them. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** Who issues certificates in the tests. Made by npm packages: `npm test` needs nothing but Node. */
export class CertificateAuthority {
  /** What a client has to trust. */
  readonly certificate: string;
  readonly #issuer: x509.X509Certificate;
  readonly #keys: CryptoKeyPair;
  #serial = 1;

  private constructor(issuer: x509.X509Certificate, keys: CryptoKeyPair) {
    this.#issuer = issuer;
    this.#keys = keys;
    this.certificate = issuer.toString('pem');
  }

  static async create(name: string): Promise<CertificateAuthority> {
    const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const issuer = await x509.X509CertificateGenerator.createSelfSigned({
      ...{ serialNumber: '01', name: `CN=${name}`, ...validity(), signingAlgorithm: ALGORITHM, keys },
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return new CertificateAuthority(issuer, keys);
  }

  /**
   * @param name the common name
   * @param names alternative names; addresses where they look like one
   * @param password encrypts the key
   */
  async issue(name: string, names: readonly string[] = [], password?: string): Promise<Issued> {
    const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    this.#serial += 1;
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: `0${this.#serial}`,
      ...{ subject: `CN=${name}`, issuer: this.#issuer.subject, ...validity(), signingAlgorithm: ALGORITHM },
      ...{ publicKey: keys.publicKey, signingKey: this.#keys.privateKey },
      extensions:
        names.length === 0
          ? []
          : [
              new x509.SubjectAlternativeNameExtension(
                names.map((value) => ({
                  type: /^[\d.:]+$/.test(value) ? ('ip' as const) : ('dns' as const),
                  value,
                })),
              ),
            ],
    });
    const encryption = password === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: password };
    const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem', ...encryption });
    return { certificate: certificate.toString('pem'), key: `${key}` };
  }

  /** The list of certificates that hold no more. */
  async revoke(certificates: readonly string[]): Promise<string> {
    const list = await x509.X509CrlGenerator.create({
      issuer: this.#issuer.subject,
      thisUpdate: validity().notBefore,
      nextUpdate: validity().notAfter,
      signingAlgorithm: ALGORITHM,
      signingKey: this.#keys.privateKey,
      entries: certificates.map((pem) => ({
        serialNumber: new x509.X509Certificate(pem).serialNumber,
        revocationDate: validity().notBefore,
      })),
    });
    // OpenSSL knows it by this name only.
    return list.toString('pem').replaceAll(' CRL-----', ' X509 CRL-----');
  }
}

function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
}
