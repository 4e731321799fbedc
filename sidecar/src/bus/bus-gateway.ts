import type { SidecarError } from '../api/sidecar-error.ts';
import type { BusAsk, BusReply } from './bus-ask.ts';
import type { BusSource } from './notification.ts';

/** Who is told of a session that is watched. */
export interface SessionHolder {
  /** The session is over, or cannot be proved any more: nothing is watched from now on. */
  ended(reason: SidecarError): void;
  /** Only the browser's cookie can show that the session is good: give `renew` a token that was got by it. */
  proofDue(): void;
}

/** A session that is watched. */
export interface HeldSession {
  readonly token: string;
  /** Takes another token of the same session. Rejects if that is not good. */
  renew(token: string): Promise<void>;
  /** Watches no more. May be called twice. */
  release(): void;
}

/** One database, as bus sockets need it. */
export interface BusGateway {
  readonly name: string;
  readonly bus: BusSource;
  /**
   * Asks Odoo, with one request.
   *
   * @param origin the address under which these browsers have Odoo
   * @throws SidecarError with `retry` if it surely was not carried out; `host_refused`
   */
  askBus(origin: string | null, asks: readonly BusAsk[]): Promise<BusReply>;
  /**
   * Watches the session of a token until it ends.
   *
   * @throws SidecarError why it is not good; `database_unavailable` if that cannot be seen now
   */
  holdSession(token: string, holder: SessionHolder): Promise<HeldSession>;
}
