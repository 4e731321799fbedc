import { SidecarError } from '../../api/sidecar-error.ts';
import { isObject } from '../calls/call-text.ts';
import { parseObject } from '../calls/raw-answer.ts';
import { HttpAnswerError } from '../http/http-answer-error.ts';
import type { OdooServer } from '../http/odoo-server.ts';
import { type BusAnswer, type BusFacts, type BusReply, readReply } from './bus-answer.ts';

const PATH = '/web_socketio/bus';

/** What Odoo is asked for one socket: the kind, and whatever goes with it. */
export interface RouteAsk {
  readonly kind: string;
  /** The token of its session; of kind `closed` with the sidecar's own id behind it. */
  readonly credential?: string;
}

/** The asks of many sockets. */
export interface BusQuestion {
  readonly db: string;
  /** The address of their browsers: by its host Odoo knows which database is meant. */
  readonly origin: string | null;
  /** At most 100. There are secrets in them: they are never quoted. */
  readonly asks: readonly RouteAsk[];
}

/** Asks the route of `web_socketio_bus`: whose sockets of Odoo's bus are, and what they get. */
export class BusRoute {
  readonly #server: OdooServer;

  constructor(server: OdooServer) {
    this.#server = server;
  }

  /**
   * Odoo's answers, in the order of the asks. No cookie goes with the request itself, which would be an activity of its
   * user: those of the browsers are in its body.
   *
   * @throws SidecarError `host_refused` if there is no such route under that host, and what `OdooServer.post` throws
   */
  async ask(question: BusQuestion): Promise<BusReply> {
    const { asks } = question;
    try {
      return await this.#ask(question);
    } catch (error) {
      // Nothing of it was carried out, because of one of them.
      if (!isRolledBack(error) || asks.length === 0) throw error;
      if (asks.length === 1) throw new SidecarError(error.code, error.message, { cause: error });
      return await this.#halve(question, error);
    }
  }

  /** Gives up what runs. May be called twice. */
  stop(): void {
    this.#server.stop();
  }

  async #ask({ db, origin, asks }: BusQuestion): Promise<BusReply> {
    const name = `a question for ${asks.length} socket(s) of its bus`;
    const request = { name, db, path: PATH, origin };
    const body = JSON.stringify({ asks });
    const text = await this.#server.post({ ...request, contentType: 'text/plain', body });
    if (text === null) throw this.#server.refusedHost(request);
    return readReply(
      text,
      asks.map(({ kind }) => kind),
      name,
    );
  }

  /** So that one of fifty costs the others a dozen requests. One after the other: a socket's own asks have an order. */
  async #halve({ asks, ...rest }: BusQuestion, error: HttpAnswerError): Promise<BusReply> {
    const middle = Math.ceil(asks.length / 2);
    const answers: BusAnswer[] = [];
    let facts: BusFacts | null = null;
    for (const half of [asks.slice(0, middle), asks.slice(middle)]) {
      // What became of the other half has to be told in any case.
      const reply = await this.ask({ ...rest, asks: half }).catch(() => null);
      answers.push(...(reply?.answers ?? half.map(() => FAILED)));
      facts = reply?.facts ?? facts;
    }
    if (facts === null) throw error;
    return { facts, answers };
  }
}

const FAILED: BusAnswer = { refused: { why: 'failed', db: null, message: null } };

/** The addon itself says by its error that it has rolled back; another server's 500 says nothing. */
function isRolledBack(error: unknown): error is HttpAnswerError {
  return (
    error instanceof HttpAnswerError && error.status === 500 && isObject(parseObject(error.text)['error'])
  );
}
