import type { Session } from '../api/host.ts';
import type { Gateway, Proof } from './gateway.ts';
import type { EndReason } from './wire.ts';

/** What a page needs of each of its namespaces' sockets. */
export interface PageSocket {
  emit(event: string, args: readonly unknown[]): void;
  end(reason: EndReason): void;
  /** Takes no more messages; resolves when those that were sent are confirmed. */
  finish(): Promise<void>;
  /** The database is another one now: positions start anew. */
  restart(): void;
  /** Tells the page its positions if it has not heard of them for a while. @param now by the monotonic clock */
  tellPositions(now: number): void;
}

/** One page in a browser: one connection with one proved session, whatever the number of its namespaces. */
export class Page {
  readonly gateway: Gateway;
  readonly session: Session;
  readonly sessionHash: string;
  readonly sockets = new Set<PageSocket>();
  /** When the token expires, in milliseconds of the monotonic clock. */
  deadline = 0;
  #token: string;
  #tokenHash: string;
  #proved: Promise<void> | null = null;
  #resolveProved: (() => void) | null = null;

  constructor(gateway: Gateway, token: string, tokenHash: string, proof: Proof) {
    this.gateway = gateway;
    this.session = { db: gateway.name, uid: proof.uid, context: proof.context };
    this.sessionHash = proof.sessionHash;
    this.#token = token;
    this.#tokenHash = tokenHash;
    this.extend(proof);
  }

  get token(): string {
    return this.#token;
  }

  get tokenHash(): string {
    return this.#tokenHash;
  }

  /** Is this proof one of the same user in the same OpenERP session? Only such may take the place of the first. */
  matches(gateway: Gateway, proof: Proof): boolean {
    return (
      gateway === this.gateway && proof.uid === this.session.uid && proof.sessionHash === this.sessionHash
    );
  }

  /** The page renewed its token and may have got another one. */
  replaceToken(token: string, tokenHash: string): void {
    this.#token = token;
    this.#tokenHash = tokenHash;
  }

  extend(proof: Proof): void {
    this.deadline = performance.now() + proof.expiresInMs;
  }

  /** While a proof is due: settles when it was given. Model calls wait for it. */
  get proved(): Promise<void> | null {
    return this.#proved;
  }

  /** @returns false if a proof was due already */
  askProof(): boolean {
    if (this.#proved !== null) return false;
    this.#proved = new Promise((resolve) => {
      this.#resolveProved = resolve;
    });
    return true;
  }

  /** The proof was given, or the page is gone: nobody needs to wait any longer. */
  settleProof(): void {
    this.#resolveProved?.();
    this.#resolveProved = null;
    this.#proved = null;
  }
}
