import type { BusGateway } from './bus-gateway.ts';
import { HeldSession, type Member } from './held-session.ts';

/** How long a session is watched for a browser that may come back, as it does when it loads its next page. */
const LINGER_MS = 10_000;

/** The sessions of one database whose bus sockets are connected. */
export class HeldSessions {
  readonly #gateway: BusGateway;
  readonly #sessions = new Map<string, HeldSession>();
  readonly #timers = new Map<HeldSession, NodeJS.Timeout>();
  #stopped = false;

  constructor(gateway: BusGateway) {
    this.#gateway = gateway;
  }

  /** The session of a browser, if it is watched. @param key its cookies */
  find(key: string): HeldSession | null {
    const session = this.#sessions.get(key);
    return session === undefined || session.isOver ? null : session;
  }

  /**
   * Watches the session of a user for one more socket.
   *
   * @param token that was given for it; null if none was asked for
   * @returns null if a token is needed, as there is none
   * @throws SidecarError as `BusGateway.holdSession`
   */
  async join(key: string, uid: number, token: string | null, member: Member): Promise<HeldSession | null> {
    const known = this.find(key);
    if (known !== null && known.uid === uid) {
      if (token !== null) await known.renew(token);
      if (!known.isOver) return this.#enter(known, member);
    }
    if (token === null) return null;
    const session = new HeldSession(this.#gateway, key, uid, token);
    await session.take();
    // Stopped meanwhile: nobody would ever release it.
    if (this.#stopped) session.release();
    if (session.isOver) return null;
    // Another socket of the same browser may have been quicker.
    const other = this.find(key);
    if (other !== null && other.uid === uid) {
      session.release();
      return this.#enter(other, member);
    }
    this.#sessions.set(key, session);
    return this.#enter(session, member);
  }

  leave(session: HeldSession, member: Member): void {
    session.remove(member);
    if (!session.isEmpty || this.#timers.has(session) || this.#stopped) return;
    this.#timers.set(
      session,
      setTimeout(() => this.#forget(session), LINGER_MS),
    );
  }

  /** Watches no more. May be called twice. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const session of this.#sessions.values()) session.release();
    this.#sessions.clear();
  }

  #enter(session: HeldSession, member: Member): HeldSession {
    clearTimeout(this.#timers.get(session));
    this.#timers.delete(session);
    session.add(member);
    return session;
  }

  #forget(session: HeldSession): void {
    this.#timers.delete(session);
    session.release();
    if (this.#sessions.get(session.key) === session) this.#sessions.delete(session.key);
  }
}
