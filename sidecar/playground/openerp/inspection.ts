import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../postgres/database.ts';
import { BadRequest } from './json-rpc.ts';
import type { Sessions } from './session.ts';
import type { Tokens } from './token.ts';
import { agree, readRow, type TokenRow, type TokenState } from './token-row.ts';

const MOST_TOKENS = 1_000;

/** What a token turned out to be. */
export interface Inspected {
  readonly state: TokenState;
  readonly row: TokenRow | null;
}

/** What an inspection works with. */
export interface InspectionOptions {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  contextOf(uid: number): Promise<object>;
}

/** Looks at the sessions of tokens without their browsers. */
export class Inspection {
  readonly #options: InspectionOptions;

  constructor(options: InspectionOptions) {
    this.#options = options;
  }

  /** The states of tokens, in their order. @throws BadRequest if they are no list of at most 1,000 */
  async check(tokens: unknown): Promise<TokenState[]> {
    if (!Array.isArray(tokens) || tokens.length > MOST_TOKENS) {
      throw new BadRequest(`'tokens' is not a list of at most ${MOST_TOKENS} tokens.`);
    }
    const states: TokenState[] = [];
    for (const token of tokens) states.push((await this.inspect(token)).state);
    return states;
  }

  /** Looks at the session of a token, or of a credential, and writes down what it finds. */
  async inspect(credential: unknown): Promise<Inspected> {
    const { database, sessions } = this.#options;
    const row = await readRow(database, credential);
    if (row === null) return { row, state: 'unknown' };
    // Of one that has ended the session is gone, and the row says whether a disconnect handler may still call.
    if (row.key === null || row.ended) return { row, state: row.state };
    const session = await sessions.look(row.key);
    return { row, state: session === null ? await this.#over(row) : await this.#good(row) };
  }

  async #over({ sessionHash }: TokenRow): Promise<TokenState> {
    await this.#options.database.query('SELECT web_socketio_end_session($1)', [sessionHash]);
    return 'over';
  }

  async #good(row: TokenRow): Promise<TokenState> {
    const { database, tokens, contextOf } = this.#options;
    const fresh = await contextOf(row.uid);
    const lifetime = await tokens.lifetime();
    const isOld = row.secondsLeft < (lifetime * 2) / 3;
    await agree(database, row, fresh, isOld ? lifetime : null);
    const isChanged = isOld || row.proofDue || row.locked || !isDeepStrictEqual(fresh, row.context);
    return isChanged ? 'renewed' : 'live';
  }
}
