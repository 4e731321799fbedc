import type { Socket } from 'socket.io';
import type { EndReason } from '../../../protocol/end.ts';
import { reason, SocketIOError } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { Refuse, Refused } from '../../observability/refused.ts';
import { senderOfSocket } from '../connection/handshake-request.ts';

/** What Socket.IO hands to the browser as `connect_error`. */
export interface Refusal extends Error {
  readonly data: EndReason;
}

/** Whose namespace it is, as far as that is known. */
export interface Whom {
  /** As the client named it. */
  readonly db: string | null;
  /** The id of the user in Odoo. */
  readonly user: number | null;
}

const HIDDEN = "The handshake failed: see the sidecar's log.";

/** Says to clients why they are not let in, and to the log also what only the log may know. */
export class Refusals {
  readonly #served: { has(db: string): boolean };
  readonly #refuse: Refuse;

  /** @param served the databases @param refuse told of each */
  constructor(served: { has(db: string): boolean }, refuse: Refuse) {
    this.#served = served;
    this.#refuse = refuse;
  }

  /** What a client is told of the error that its handshake ended with. */
  name(error: unknown, socket: Socket, whom: Whom): Refusal {
    if (!(error instanceof SocketIOError)) {
      const stack = error instanceof Error ? error.stack : undefined;
      this.tell({ code: 'handshake_failed', message: reason(error) }, socket, whom, stack);
      return refusal({ code: 'handshake_failed', message: HIDDEN, retry: true });
    }
    const { code, message, retry, isTold } = error;
    this.tell(error, socket, whom);
    return refusal({ code, message: isTold ? message : HIDDEN, retry });
  }

  /** Its client is told by others, or has been. @param stack where an error was made that nobody foresaw */
  tell(problem: Refused['problem'], socket: Socket, { db, user }: Whom, stack?: string): void {
    this.#refuse({
      ...{ way: 'namespace', problem, stack },
      sender: senderOfSocket(socket),
      db: db !== null && this.#served.has(db) ? db : null,
      user: problem instanceof SidecarError && problem.user !== null ? problem.user : user,
      path: socket.nsp.name,
    });
  }
}

function refusal(data: EndReason): Refusal {
  return Object.assign(new Error(data.message), { data });
}
