import pg from 'pg';
import { closeClient, type PostgresOptions } from './connection.ts';
import { dial } from './dial.ts';

/** The pool of one database: handshakes, inserts. Reading messages has its own connection. */
export function openPool(options: PostgresOptions, database: string): pg.Pool {
  const Client = class extends DialedClient {
    constructor() {
      super(() => dial(options, database));
    }
  };
  const pool = new pg.Pool({ Client, max: 5, idleTimeoutMillis: 30_000 });
  // An idle connection that dies is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** For pg's pool, which makes a client first and connects it then. */
class DialedClient extends pg.Client {
  readonly #dial: () => Promise<pg.Client>;
  #client: pg.Client | null = null;

  constructor(dialIt: () => Promise<pg.Client>) {
    super({ ssl: false, sslnegotiation: 'postgres' });
    this.#dial = dialIt;
    Object.assign(this, {
      connect: (done: (error: unknown) => void) => void this.#open().then(() => done(null), done),
      query: (...args: unknown[]) => Reflect.apply(this.#connected.query, this.#connected, args),
      end: (done: () => void) => void this.#close().then(done),
    });
  }

  get #connected(): pg.Client {
    if (this.#client === null) throw new Error('The connection does not stand');
    return this.#client;
  }

  async #open(): Promise<void> {
    const client = await this.#dial();
    this.#client = client;
    const lost = (error: unknown) => {
      Object.assign(this, { _queryable: false });
      this.emit('error', error);
    };
    client.on('error', lost);
    client.on('end', () => lost(new Error('Connection terminated')));
  }

  async #close(): Promise<void> {
    if (this.#client !== null) await closeClient(this.#client);
    this.emit('end');
  }
}
