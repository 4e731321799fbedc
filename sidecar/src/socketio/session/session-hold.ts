import type { SidecarError } from '../../api/sidecar-error.ts';
import { type Proved, prove, type Recheck } from '../client/handshake.ts';
import { WatchedSession } from '../client/watched-session.ts';
import type { Gateway } from '../gateway.ts';
import type { SessionWatch } from './session-watch.ts';

/** Who acts in a session without being a page. */
export interface SessionHolder {
  /** The session is over, or cannot be proved any more: nothing is watched from now on. */
  ended(reason: SidecarError): void;
  /** Only the browser's cookie can show that the session is good: a token that was got by it is to be given to `renew`. */
  proofDue(): void;
}

/** A session that is watched for somebody who is no page, by a token that was got for it. */
export class SessionHold extends WatchedSession {
  readonly #watch: SessionWatch;
  readonly #holder: SessionHolder;

  private constructor(proved: Proved, watch: SessionWatch, holder: SessionHolder) {
    super(proved);
    this.#watch = watch;
    this.#holder = holder;
  }

  /**
   * Proves a token, and watches its session until `release`, or until it ends.
   *
   * @throws SidecarError what `judge` throws, `database_unavailable`
   */
  static async take(
    gateway: Gateway,
    watch: SessionWatch,
    token: string,
    holder: SessionHolder,
  ): Promise<SessionHold> {
    const { controls } = watch;
    const hold = new SessionHold(await prove(gateway, token, recheckBy(watch)), watch, holder);
    watch.add(hold, controls);
    return hold;
  }

  override end(reason: SidecarError): void {
    super.end(reason);
    this.release();
    this.#holder.ended(reason);
  }

  demandProof(): void {
    this.#holder.proofDue();
  }

  /** Takes another token of the same session. @throws SidecarError as `take`, `session_mismatch` */
  async renew(token: string): Promise<void> {
    this.#watch.renewed(this, await prove(this.gateway, token, recheckBy(this.#watch)));
  }

  /** Watches no more. May be called twice. */
  release(): void {
    this.#watch.remove(this);
  }
}

function recheckBy(watch: SessionWatch): Recheck {
  return (token, proof) => watch.recheck(token, proof);
}
