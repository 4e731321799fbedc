import { EventEmitter, once } from 'node:events';
import pg from 'pg';
import type { Socket } from 'socket.io';

const WORKERS = 16;
const ACKNOWLEDGE_MS = 30_000;

const TAKE = `SELECT id, "values" FROM web_socketio_message ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`;

interface Row {
  readonly id: string;
  readonly values: object;
}

/**
 * The queue that one would write in an afternoon: each of 16 workers takes one row in a transaction, emits it to the next
 * socket, deletes it once that has acknowledged, and commits.
 */
export class BareWorkers {
  readonly #sockets: ReadonlyMap<number, Socket>;
  readonly #events = new EventEmitter();
  #wakes = 0;
  #turn = 0;

  private constructor(sockets: ReadonlyMap<number, Socket>) {
    this.#sockets = sockets;
    this.#events.setMaxListeners(0);
  }

  static async start(config: pg.ClientConfig, sockets: ReadonlyMap<number, Socket>): Promise<BareWorkers> {
    const workers = new BareWorkers(sockets);
    for (let worker = 0; worker < WORKERS; worker += 1) {
      const client = new pg.Client(config);
      await client.connect();
      void workers.#work(client);
    }
    return workers;
  }

  /** There may be new rows. */
  wake(): void {
    this.#wakes += 1;
    this.#events.emit('wake');
  }

  async #work(client: pg.Client): Promise<void> {
    for (;;) {
      const wakes = this.#wakes;
      const delivered = await this.#deliver(client);
      if (!delivered && wakes === this.#wakes) await once(this.#events, 'wake');
    }
  }

  async #deliver(client: pg.Client): Promise<boolean> {
    await client.query('BEGIN');
    const { rows } = await client.query<Row>(TAKE);
    const [row] = rows;
    const socket = this.#next();
    if (row === undefined || socket === undefined) {
      await client.query('ROLLBACK');
      return false;
    }
    await socket.timeout(ACKNOWLEDGE_MS).emitWithAck('bench', [row.values]);
    await client.query('DELETE FROM web_socketio_message WHERE id = $1', [row.id]);
    await client.query('COMMIT');
    return true;
  }

  #next(): Socket | undefined {
    const sockets = [...this.#sockets.values()];
    this.#turn = (this.#turn + 1) % Math.max(1, sockets.length);
    return sockets[this.#turn];
  }
}
