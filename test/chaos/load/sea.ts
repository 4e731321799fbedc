import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { numbersTo } from '../../support/browser/news-pages.ts';
import { ModuleSidecar } from '../../support/sidecar/module-sidecar.ts';
import { conclude } from '../record/tally.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter {
  static channel = 'news';
  static mode = 'each';
}
class Flood extends AbstractAdapter {
  static channel = 'flood';
  static mode = 'each';
}
for (const adapter of [News, Flood]) {
  SocketIO.addNamespace('/' + adapter.channel, class extends OpenERPNameSpace {
    async recvConnect() { for (;;) await this.secureEmit(adapter, 'got', await this.listen(adapter)); }
  });
}
`;
const PER_SECOND = 20;
/** Bytes of the JSON of one row of a flood, more or less. */
const ROW_BYTES = 500;
/** How long news goes on after a flood. */
const AFTER_MS = 2_000;

/** What a page that hears the flood was shown. */
export interface FloodPage {
  readonly numbers: number[];
  readonly resyncs: object[];
}

/** A sidecar with a busy channel, whose every message is timed, and another one to be flooded. */
export class Sea {
  readonly sidecar: ModuleSidecar;
  readonly #writer: pg.Client;
  readonly #flooder: pg.Client;
  /** When the message with that number was committed. */
  readonly #committed: number[] = [];
  /** What each page was shown, and when. */
  readonly #pages: { readonly n: number; readonly at: number }[][] = [];
  #peakMb = 0;
  #isOver = false;
  #running: Promise<unknown> = Promise.resolve();

  private constructor(sidecar: ModuleSidecar, writer: pg.Client, flooder: pg.Client) {
    this.sidecar = sidecar;
    this.#writer = writer;
    this.#flooder = flooder;
  }

  /** @param pages how many listen to the busy channel */
  static async open(pages: number): Promise<Sea> {
    const sidecar = await ModuleSidecar.serve(MODULE);
    const { database } = sidecar;
    const sea = new Sea(sidecar, await database.connect(), await database.connect());
    for (let page = 0; page < pages; page += 1) await sea.#listen();
    sea.#running = Promise.all([sea.#write(), sea.#weigh()]);
    onTestFinished(() => sea.#stop());
    return sea;
  }

  /** How many messages were sent to the busy channel. */
  get sent(): number {
    return this.#committed.length;
  }

  /** How many messages the sidecar has read. */
  read(): Promise<number> {
    return this.sidecar.metric(`web_socketio_read_total\\{db="${this.sidecar.database.name}"\\}`);
  }

  async listenToFlood(): Promise<FloodPage> {
    const page: FloodPage = { numbers: [], resyncs: [] };
    const socket = await this.sidecar.connect('/flood');
    socket.on('got', (messages: readonly { n: number }[], acknowledge: (answer: object) => void) => {
      for (const { n } of messages) page.numbers.push(n);
      acknowledge({ ok: true });
    });
    socket.on('resync', (what: object) => page.resyncs.push(what));
    return page;
  }

  /** Inserts so many rows in one transaction. @returns how many seconds it took */
  async flood(channel: string, rows: number): Promise<number> {
    const start = performance.now();
    await this.#flooder.query(
      `INSERT INTO web_socketio_message (channel, "values")
       SELECT $1, json_build_object('n', n, 'text', repeat('x', $3)) FROM generate_series(1, $2::int) AS n`,
      [channel, rows, ROW_BYTES],
    );
    return (performance.now() - start) / 1_000;
  }

  /** Waits until the pages of the busy channel have everything. @returns the longest that one had to wait, and memory */
  async settle(): Promise<{ worstMs: number; peakMb: number }> {
    await setTimeout(AFTER_MS);
    await this.#stop();
    const least = () => Math.min(...this.#pages.map(({ length }) => length));
    await expect.poll(least, { timeout: 120_000 }).toBeGreaterThanOrEqual(this.sent);
    const waits = this.#pages.flatMap((page) => page.map(({ n, at }) => at - (this.#committed[n - 1] ?? 0)));
    return { worstMs: Math.round(Math.max(...waits)), peakMb: this.#peakMb };
  }

  /** Prints a line, and fails if one message of the busy channel was lost, came twice or out of order. */
  conclude(name: string, ...remarks: string[]): void {
    const delivered = this.#pages.reduce((total, page) => total + new Set(page.map(({ n }) => n)).size, 0);
    const shown = this.#pages.reduce((total, { length }) => total + length, 0);
    const sent = this.sent * this.#pages.length;
    const counts = { delivered, duplicated: shown - delivered, lost: sent - delivered };
    conclude(name, { sent, ...counts, invented: 0, shownTwice: 0 }, ...remarks);
    for (const page of this.#pages) expect(page.map(({ n }) => n)).toEqual(numbersTo(this.sent));
  }

  async #listen(): Promise<void> {
    const page: { n: number; at: number }[] = [];
    this.#pages.push(page);
    const socket = await this.sidecar.connect('/news');
    socket.on('got', (messages: readonly { n: number }[], acknowledge: (answer: object) => void) => {
      const at = performance.now();
      for (const { n } of messages) page.push({ n, at });
      acknowledge({ ok: true });
    });
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      await this.#writer.query(
        `INSERT INTO web_socketio_message (channel, "values") VALUES ('news', json_build_object('n', $1::int))`,
        [this.sent + 1],
      );
      this.#committed.push(performance.now());
      await setTimeout(1_000 / PER_SECOND);
    }
  }

  async #weigh(): Promise<void> {
    while (!this.#isOver) {
      this.#peakMb = Math.max(this.#peakMb, await this.sidecar.memory());
      await setTimeout(250);
    }
  }

  async #stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }
}
