import type { ServerResponse } from 'node:http';
import { Calls } from '../../../sidecar/playground/openerp/call.ts';
import { Inspection } from '../../../sidecar/playground/openerp/inspection.ts';
import { BadRequest, type Params } from '../../../sidecar/playground/openerp/json-rpc.ts';
import { answerRaw } from '../../../sidecar/playground/openerp/raw-route.ts';
import { type Session, Sessions } from '../../../sidecar/playground/openerp/session.ts';
import { Tokens } from '../../../sidecar/playground/openerp/token.ts';
import type { Database } from '../../../sidecar/playground/postgres/database.ts';
import type { Part, WebRequest } from '../../../sidecar/playground/web-server.ts';
import { type BusAsk, readAsk } from './bus-ask.ts';
import { channelTexts } from './bus-channels.ts';

const MOST_ASKS = 100;

/** A request of a sidecar. */
export interface BusRequest {
  readonly db: string | undefined;
  readonly host: string | undefined;
  readonly asks: readonly BusAsk[];
}

/** Whose an ask is: its session, null for the public user; or why it is refused. */
type Asker = { readonly session: Session | null } | { readonly refused: string };

/**
 * The route of `web_socketio_bus`, played for tests: whose a session is, what Odoo's bus alone gives it, and its token.
 * `test/contract/bus.ts` holds for it and for the real one.
 */
export class BusRoute implements Part {
  readonly requests: BusRequest[] = [];
  /** Events and ends that were carried out, with the user. */
  readonly carried: { readonly uid: number | null; readonly ask: BusAsk }[] = [];
  facts = {
    version: '19.0-2' as string | null,
    rate_limit_burst: 10,
    rate_limit_delay: 0.2,
    keep_alive_timeout: 3600,
  };
  /** Answers one ask in the place of all this; null leaves it as it is. It may throw. */
  script: (ask: BusAsk) => Promise<object | null> | object | null = () => null;
  /** Answers whole requests, when they have been read. */
  instead: ((response: ServerResponse) => Promise<void> | void) | null = null;
  readonly #database: Database;
  readonly #sessions: Sessions;
  readonly #tokens: Tokens;
  readonly #calls: Calls;
  readonly #inspection: Inspection;

  constructor(database: Database) {
    this.#database = database;
    this.#sessions = new Sessions(database);
    this.#tokens = new Tokens(database);
    this.#calls = new Calls(database);
    this.#inspection = new Inspection({
      ...{ database, sessions: this.#sessions, tokens: this.#tokens },
      contextOf: (uid) => this.#context(uid),
    });
  }

  /** All that it was asked, in its order. */
  get asks(): BusAsk[] {
    return this.requests.flatMap(({ asks }) => asks);
  }

  async answer({ request, response, path }: WebRequest): Promise<boolean> {
    if (path !== '/web_socketio/bus') return false;
    await answerRaw(request, response, async (members) => {
      const asks = readAsks(members);
      const db = request.headers['x-odoo-database'];
      const { host } = request.headers;
      this.requests.push({ db: Array.isArray(db) ? db[0] : db, host, asks });
      await this.instead?.(response);
      // It was answered, or the connection is gone: this one is not heard any more.
      if (response.writableEnded || response.destroyed) return {};
      return { facts: this.facts, answers: await this.#answerAll(asks, host) };
    }).catch((error: unknown) => {
      if (!response.writableEnded && !response.destroyed) throw error;
    });
    return true;
  }

  async #answerAll(asks: readonly BusAsk[], host: string | undefined): Promise<object[]> {
    const answers: object[] = [];
    for (const ask of asks) {
      try {
        answers.push((await this.script(ask)) ?? (await this.#answerOne(ask, host)));
      } catch (error) {
        // With others: nothing was carried out, and each is asked alone.
        if (asks.length > 1) throw error;
        answers.push({ refused: 'failed' });
      }
    }
    return answers;
  }

  async #answerOne(ask: BusAsk, host: string | undefined): Promise<object> {
    const asker = await this.#asker(ask);
    if ('refused' in asker) return asker;
    const uid = asker.session?.uid ?? null;
    if (ask.kind !== 'subscribe') {
      this.carried.push({ uid, ask });
      return {};
    }
    const [row] = await this.#database.query<{ id: number }>(
      'SELECT coalesce(max(id), 0) AS id FROM bus_bus',
    );
    const channels = channelTexts(this.#database.name, ask.channels, uid);
    if (channels === null || !Number.isInteger(ask.last))
      return { refused: 'invalid', message: 'bus.Bus only string channels are allowed.' };
    const last = Number(ask.last) > (row?.id ?? 0) ? 0 : Number(ask.last);
    return {
      uid,
      session: asker.session !== null,
      channels,
      last,
      ...(await this.#token(ask, asker.session, host)),
    };
  }

  async #asker({ cookie, first, uid, session: had, credential, kind }: BusAsk): Promise<Asker> {
    const id = /(?:^|;\s*)session_id=([^;]*)/.exec(cookie)?.[1];
    const session = id === undefined ? null : await this.#sessions.look(id);
    if (first || (session === null ? uid === null && had !== true : session.uid === uid)) return { session };
    if (session !== null || credential === undefined) return { refused: 'expired' };
    return await this.#admit(credential, uid, kind);
  }

  /** By the token of a socket whose cookie has been rotated away, or whose session is over: then it may only say so. */
  async #admit(credential: string, uid: number | null, kind: BusAsk['kind']): Promise<Asker> {
    const { row, state } = await this.#inspection.inspect(credential);
    const isLive = state === 'live' || state === 'renewed';
    if (row === null || !isLive || row.uid !== uid || (row.ended && kind !== 'closed'))
      return { refused: 'expired' };
    return { session: { id: row.key ?? '', uid: row.uid } };
  }

  async #token({ token }: BusAsk, session: Session | null, host: string | undefined): Promise<object> {
    if (!token || session === null) return {};
    const origin = host === undefined ? null : `http://${host}`;
    const { token: issued } = await this.#tokens.issue(session, await this.#context(session.uid), {}, origin);
    return { token: issued };
  }

  async #context(uid: number): Promise<object> {
    return Object(await this.#calls.call(uid, { model: 'res.users', method: 'context_get' }));
  }
}

function readAsks({ asks }: Params): BusAsk[] {
  if (!Array.isArray(asks) || asks.length > MOST_ASKS)
    throw new BadRequest(`'asks' is not a list of at most ${MOST_ASKS} asks.`);
  return asks.map(readAsk);
}
