import type { Session } from '../../api/host.ts';
import type { SidecarError } from '../../api/sidecar-error.ts';
import type { CheckSubject, Gateway, Proof } from '../gateway.ts';
import { nextCheck } from './check-time.ts';
import { hashToken, type Proved } from './handshake.ts';

/** A proved session that is watched, by the row of its token and by Odoo, for as long as somebody acts in it. */
export abstract class WatchedSession implements CheckSubject {
  readonly gateway: Gateway;
  readonly sessionHash: string;
  /** When the token expires, in milliseconds of the monotonic clock. */
  deadline = 0;
  checkAt = Number.NEGATIVE_INFINITY;
  /** When Odoo last agreed to its session, by the same clock. */
  checkedAt = Number.NEGATIVE_INFINITY;
  #session: Session;
  #origin: string | null;
  #token: string;
  #ended: SidecarError | null = null;
  #proved: Promise<void> | null = null;
  #resolveProved: (() => void) | null = null;

  constructor({ gateway, token, proof }: Proved) {
    this.gateway = gateway;
    this.#session = { db: gateway.name, uid: proof.uid, context: proof.context };
    this.sessionHash = proof.sessionHash;
    this.#origin = proof.origin;
    this.#token = token;
    this.extend(proof);
  }

  /** Its context is that of the row when it was last read. */
  get session(): Session {
    return this.#session;
  }

  get origin(): string | null {
    return this.#origin;
  }

  get token(): string {
    return this.#token;
  }

  /** SHA-256, hex. Not kept: it is asked for when the row is read again. */
  get tokenHash(): string {
    return hashToken(this.#token);
  }

  /** Why nothing counts any more of who acts in it; null while it does. */
  get ended(): SidecarError | null {
    return this.#ended;
  }

  /** It is over, or not proved any more. */
  end(reason: SidecarError): void {
    this.#ended = reason;
  }

  /** Odoo cannot say whether the session is good: only its browser can show it, by its cookie. */
  abstract demandProof(): void;

  /** Is this proof one of the same user in the same Odoo session? Only such may take the place of the first. */
  matches(gateway: Gateway, proof: Proof): boolean {
    return (
      gateway === this.gateway && proof.uid === this.session.uid && proof.sessionHash === this.sessionHash
    );
  }

  /** The token was renewed, and may be another one now. */
  replaceToken(token: string): void {
    this.#token = token;
  }

  /** The row was read, and is good. */
  extend({ context, origin, expiresInMs, checkedAgoMs }: Proof): void {
    const now = performance.now();
    this.#session = { ...this.#session, context };
    this.#origin = origin;
    this.deadline = now + expiresInMs;
    if (checkedAgoMs !== null) this.checkedAt = Math.max(this.checkedAt, now - checkedAgoMs);
    if (checkedAgoMs === null) this.checkAt = Number.POSITIVE_INFINITY;
    // Odoo may have agreed since without writing that down.
    else if (this.isCheckable) this.checkAt = Math.max(this.checkAt, nextCheck(now - checkedAgoMs));
    else this.checkAt = nextCheck(now - checkedAgoMs);
  }

  /** Can Odoo look at its session by itself? */
  get isCheckable(): boolean {
    return Number.isFinite(this.checkAt);
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

  /** The proof was given, or nobody acts in it any more: nobody needs to wait any longer. */
  settleProof(): void {
    this.#resolveProved?.();
    this.#resolveProved = null;
    this.#proved = null;
  }
}
