import { quote } from '../../api/error.ts';
import type { Session } from '../../api/host.ts';
import { SidecarError } from '../../api/sidecar-error.ts';

/** Which events a socket may send: few or none until its namespace has lifted the restrictions. */
export class EventAcl {
  #allowed: ReadonlySet<string> | null;

  /** @param allowed what may be sent from the beginning; null for all */
  constructor(allowed: readonly string[] | null) {
    this.#allowed = allowed === null ? null : new Set(allowed);
  }

  lift(): void {
    this.#allowed = null;
  }

  /** @throws SocketIOError `session_missing` while the page has to prove its session, later `event_forbidden` */
  check(event: string, path: string, session: Session | null): void {
    if (this.#allowed === null || this.#allowed.has(event)) return;
    if (session === null) {
      throw new SidecarError(
        'session_missing',
        `'${path}' takes no ${quote(event)} before the session is known. Send 'session id' first.`,
      );
    }
    throw new SidecarError(
      'event_forbidden',
      `'${path}' takes no ${quote(event)} from user ${session.uid}: its on_session_id did not lift the restrictions.`,
    );
  }
}
