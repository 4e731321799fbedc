import type { SidecarError } from '../api/sidecar-error.ts';
import type { BusGateway, HeldSession as Hold, SessionHolder } from './bus-gateway.ts';

/** A socket of a session. */
export interface Member {
  /** The session is over, or cannot be proved any more. */
  sessionEnded(reason: SidecarError): void;
  /** To get a token by its cookie, and to give it to `renew`. */
  prove(): void;
}

/** Codes by which nothing is known of the session itself: its browser's cookie shows whether it goes on. */
const TOKEN_GONE: ReadonlySet<string> = new Set(['token_unknown', 'token_expired']);

/** A session of a user whose bus sockets are connected: watched once, whatever their number. */
export class HeldSession implements SessionHolder {
  readonly key: string;
  readonly uid: number;
  readonly #gateway: BusGateway;
  readonly #members = new Set<Member>();
  #hold: Hold | null = null;
  #token: string;
  #wants = false;
  #over = false;

  constructor(gateway: BusGateway, key: string, uid: number, token: string) {
    this.#gateway = gateway;
    this.key = key;
    this.uid = uid;
    this.#token = token;
  }

  /** A secret. */
  get token(): string {
    return this.#token;
  }

  /** Whether its sockets ask for a token with what they ask. */
  get wantsToken(): boolean {
    return this.#wants;
  }

  /** Nobody may join it any more. */
  get isOver(): boolean {
    return this.#over;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** Watches it. @throws SidecarError as `BusGateway.holdSession` */
  async take(): Promise<void> {
    this.#hold = await this.#gateway.holdSession(this.#token, this);
  }

  add(member: Member): void {
    this.#members.add(member);
  }

  remove(member: Member): void {
    // Somebody else has to ask for what it may have been asked for.
    if (this.#members.delete(member) && this.#wants) this.#askOne();
  }

  /** A token that was got by a cookie of the session. @throws SidecarError if it is not good */
  async renew(token: string): Promise<void> {
    // Another of its sockets has brought one.
    if (!this.#wants) return;
    this.#wants = false;
    try {
      if (this.#hold === null) this.#hold = await this.#gateway.holdSession(token, this);
      else await this.#hold.renew(token);
      this.#token = token;
    } catch (error) {
      this.#wants = true;
      throw error;
    }
  }

  ended(reason: SidecarError): void {
    this.#hold = null;
    this.#over = !TOKEN_GONE.has(reason.code);
    if (!this.#over) this.proofDue();
    else for (const member of [...this.#members]) member.sessionEnded(reason);
  }

  proofDue(): void {
    this.#wants = true;
    this.#askOne();
  }

  /** Watches no more. May be called twice. */
  release(): void {
    this.#over = true;
    this.#hold?.release();
    this.#hold = null;
  }

  #askOne(): void {
    const [first] = this.#members;
    first?.prove();
  }
}
