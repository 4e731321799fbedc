import { unknownAnswer } from '../calls/call-text.ts';
import { parseObject } from '../calls/raw-answer.ts';
import { readState, type SessionState } from '../calls/session-state.ts';
import type { OdooServer } from '../http/odoo-server.ts';

const PATH = '/web_socketio/check';

/** A question about the sessions of tokens. */
export interface SessionQuestion {
  readonly db: string;
  /** The address of one of their browsers: by its host Odoo knows which database is meant. */
  readonly origin: string | null;
  /** Secrets; Odoo takes at most 1,000. */
  readonly tokens: readonly string[];
}

/** Asks Odoo to look at sessions by itself: no cookie goes with it, so that it is no activity of anybody. */
export class SessionCheck {
  readonly #server: OdooServer;

  constructor(server: OdooServer) {
    this.#server = server;
  }

  /**
   * What became of the sessions, in the order of their tokens.
   *
   * @throws SidecarError `host_refused` if there is no such route under that host, and what `OdooServer.post` throws
   */
  async ask({ db, origin, tokens }: SessionQuestion): Promise<SessionState[]> {
    const name = `the check of ${tokens.length} session(s)`;
    const request = { name, db, path: PATH, origin };
    const body = JSON.stringify({ tokens });
    const text = await this.#server.post({ ...request, contentType: 'text/plain', body });
    if (text === null) throw this.#server.refusedHost(request);
    const { states } = parseObject(text);
    if (!Array.isArray(states) || states.length !== tokens.length) throw unknownAnswer(text, name);
    return states.map(readState);
  }

  /** Gives up what runs. May be called twice. */
  stop(): void {
    this.#server.stop();
  }
}
