import type { Session } from '../api/host.ts';
import type { Gateway, Proof } from './gateway.ts';
import type { Proved } from './handshake.ts';
import type { WatchedSocket } from './stuck-watch.ts';
import type { EndReason } from './wire.ts';

/** The part of a token's life after which a client that cannot renew it is asked for its session id. */
const ASK_AFTER = 2 / 3;

/** What a page needs of each of its namespaces' sockets. */
export interface PageSocket extends WatchedSocket {
  emit(event: string, args: readonly unknown[]): void;
  end(reason: EndReason): void;
  /** Lets the namespace do what it has to before the sidecar stops. */
  stopServer(): Promise<void>;
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
  /** When the client has to be asked for its session id again; never if it renews its token itself. */
  askAt = Number.POSITIVE_INFINITY;
  #token: string;
  #tokenHash: string;
  #proved: Promise<void> | null = null;
  #resolveProved: (() => void) | null = null;

  constructor({ gateway, token, tokenHash, proof, renewable }: Proved) {
    this.gateway = gateway;
    this.session = { db: gateway.name, uid: proof.uid, context: proof.context };
    this.sessionHash = proof.sessionHash;
    this.#token = token;
    this.#tokenHash = tokenHash;
    this.extend(proof, renewable);
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

  /** @param renewable false if only the client's session id can renew the token; unknown if nobody renewed it */
  extend({ expiresInMs }: Proof, renewable?: boolean): void {
    const now = performance.now();
    this.deadline = now + expiresInMs;
    if (renewable !== undefined) {
      this.askAt = renewable ? Number.POSITIVE_INFINITY : now + expiresInMs * ASK_AFTER;
    }
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
