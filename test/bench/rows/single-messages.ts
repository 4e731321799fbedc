import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import { now } from '../clock.ts';
import type { BenchDatabase } from '../servers/bench-database.ts';

const PER_SECOND = 3;
const TIMEOUT_MS = 60_000;
const UID = 1;

/** Single users send messages to one page, whatever else is written. Whoever opens it stops it. */
export class SingleMessages {
  readonly #socket: Socket;
  readonly #writer: pg.Client;
  /** When they were sent that are on their way, by number. */
  readonly #sent = new Map<number, number>();
  readonly #times: number[] = [];
  #number = 0;
  #failure: Error | null = null;

  private constructor(socket: Socket, writer: pg.Client) {
    this.#socket = socket;
    this.#writer = writer;
    socket.on('bench', (messages: { number: number }[], ...rest: unknown[]) => {
      const acknowledge = rest.at(-1);
      if (typeof acknowledge === 'function') acknowledge({ ok: true });
      for (const { number } of messages) this.#note(number);
    });
  }

  static async open(database: BenchDatabase, url: string): Promise<SingleMessages> {
    const [token = ''] = await database.addTokens(UID);
    const auth = { db: database.name, token, positions: {}, parcels: true };
    const socket = io(`${url}/longpolling`, { auth, forceNew: true, transports: ['websocket'] });
    const writer = new pg.Client(database.config);
    await writer.connect();
    const singles = new SingleMessages(socket, writer);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.emit('bench_one');
    await socket.emitWithAck('stop event', 'no other event');
    return singles;
  }

  /** @returns from COMMIT to the page, of each, in milliseconds */
  async send(count: number): Promise<number[]> {
    for (let sent = 0; sent < count; sent += 1) {
      await this.#sendOne();
      await sleep(1_000 / PER_SECOND);
    }
    return this.#collect();
  }

  /** @returns of those that were sent meanwhile, from COMMIT to the page, in milliseconds */
  async sendWhile(work: Promise<unknown>): Promise<number[]> {
    let isOver = false;
    const end = work.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await this.#sendOne();
      await Promise.race([end, sleep(1_000 / PER_SECOND)]);
    }
    return this.#collect();
  }

  async stop(): Promise<void> {
    this.#socket.disconnect();
    await this.#writer.end();
  }

  async #sendOne(): Promise<void> {
    this.#number += 1;
    this.#sent.set(this.#number, now());
    await this.#writer.query(
      `INSERT INTO web_socketio_message (channel, "values") VALUES ('bench_one', $1)`,
      [JSON.stringify({ to_id: UID, number: this.#number })],
    );
  }

  async #collect(): Promise<number[]> {
    const deadline = now() + TIMEOUT_MS;
    while (this.#sent.size > 0) {
      if (now() > deadline) throw new Error(`${this.#sent.size} single messages did not arrive.`);
      await sleep(5);
    }
    if (this.#failure !== null) throw this.#failure;
    return this.#times.splice(0);
  }

  #note(number: number): void {
    const at = this.#sent.get(number);
    if (at === undefined) this.#failure ??= new Error(`Single message ${number} arrived twice.`);
    else this.#times.push(now() - at);
    this.#sent.delete(number);
  }
}
