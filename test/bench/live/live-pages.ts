import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { now } from '../clock.ts';

const CONNECT_AT_ONCE = 100;
const Answer = z.object({ live: z.literal(true) });

/** One page with one list. */
export interface ListedPage {
  readonly token: string;
  readonly ids: readonly number[];
}

/** Pages that each show a list of records, and note what they are told. Whoever opens them closes them. */
export class LivePages {
  readonly #sockets: Socket[] = [];
  /** When each page was told something, by its number. */
  readonly #told = new Map<number, number[]>();
  #failure: Error | null = null;

  /** Connects; with lists, shows them as well. */
  async open(url: string, db: string, pages: readonly ListedPage[], withLists = true): Promise<void> {
    const rest = [...pages.entries()];
    const openSome = async () => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
        await this.#open(url, db, next[0], next[1], withLists);
      }
    };
    await Promise.all(Array.from({ length: CONNECT_AT_ONCE }, openSome));
    this.check();
  }

  /** When these pages were told; undefined until all of them were. */
  toldAt(numbers: readonly number[]): number | undefined {
    const times = numbers.map((number) => this.#told.get(number)?.at(-1));
    return times.includes(undefined) ? undefined : Math.max(...times.map(Number));
  }

  /** How often each page was told something since this was asked last, by its number. */
  take(): ReadonlyMap<number, number> {
    const counts = new Map([...this.#told].map(([number, times]) => [number, times.length]));
    this.#told.clear();
    return counts;
  }

  /** Throws if a page was disconnected. */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.off('disconnect').disconnect();
  }

  async #open(
    url: string,
    db: string,
    number: number,
    { token, ids }: ListedPage,
    withList: boolean,
  ): Promise<void> {
    const auth = { db, token, positions: {}, parcels: true };
    const socket = io(`${url}/web_live`, {
      ...{ auth, forceNew: true, reconnection: false, transports: ['websocket'], timeout: 120_000 },
    });
    this.#sockets.push(socket);
    socket.on('disconnect', (reason) => {
      this.#failure ??= new Error(`Page ${number} was disconnected: ${reason}`);
    });
    for (const event of ['changed', 'differs', 'resync'])
      socket.on(event, (...args) => this.#note(number, args));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    if (!withList) return;
    const list = {
      ...{ domain: [['active', '=', true]], context: { lang: 'en_US', allowed_company_ids: [1] } },
      ...{ order: 'name, id', offset: 0, limit: 80, count_limit: 10_000, grouped: false, count: 80_000 },
    };
    const shown = { view: 1, version: 1, model: 'res.partner', ids, age: 0, list };
    Answer.parse(await socket.emitWithAck('view', shown));
  }

  #note(number: number, args: unknown[]): void {
    const acknowledge = args.at(-1);
    if (typeof acknowledge === 'function') acknowledge({ ok: true });
    const times = this.#told.get(number) ?? [];
    times.push(now());
    this.#told.set(number, times);
  }
}
