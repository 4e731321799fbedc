import { setInterval } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { startPostgres } from '../support/postgres.ts';
import { BenchDatabase } from './bench-database.ts';
import { startSidecar } from './bench-sidecar.ts';
import { median, type Progress, ROUNDS, type Row, toRow } from './row.ts';
import { Worker } from './worker.ts';

export const NAME = 'commit → one of 1,000';

const SOCKETS = 1_000;
const PROCESSES = 2;
const MESSAGES = 120;
/** No more than 20 commits a second: the rate at which people work. */
const INTERVAL_MS = 55;
const ARRIVAL_TIMEOUT_MS = 10_000;

const Arrival = z.object({ number: z.number(), arrived: z.string() });

/** A server under test with its pages, and the writer that commits for them. */
class Target {
  readonly medians: number[] = [];
  readonly #pages: readonly Worker[];
  readonly #writer: pg.Client;
  readonly #notifies: boolean;
  readonly #arrived = new Map<number, bigint>();
  #number = 0;

  constructor(writer: pg.Client, pages: readonly Worker[], notifies: boolean) {
    this.#writer = writer;
    this.#pages = pages;
    this.#notifies = notifies;
    for (const { events } of pages) {
      events.on('message', (message: unknown) => {
        const { number, arrived } = Arrival.parse(message);
        this.#arrived.set(number, BigInt(arrived));
      });
    }
  }

  async measure(count: number): Promise<number> {
    const sent = new Map<number, bigint>();
    for await (const _ of setInterval(INTERVAL_MS)) {
      this.#number += 1;
      sent.set(this.#number, await this.#commit(this.#number));
      if (sent.size === count) break;
    }
    const deadline = performance.now() + ARRIVAL_TIMEOUT_MS;
    for await (const _ of setInterval(20)) {
      const missing = [...sent.keys()].filter((number) => !this.#arrived.has(number));
      if (missing.length === 0) break;
      if (performance.now() > deadline) throw new Error(`${missing.length} of ${count} messages were lost.`);
    }
    return median([...sent].map(([number, at]) => Number((this.#arrived.get(number) ?? at) - at) / 1e6));
  }

  /** @returns when COMMIT was sent, by the machine's monotonic clock */
  async #commit(number: number): Promise<bigint> {
    const values = JSON.stringify({ to_id: 1 + Math.floor(Math.random() * SOCKETS), number });
    await this.#writer.query('BEGIN');
    await this.#writer.query(
      `INSERT INTO web_socketio_message (channel, "values") VALUES ('bench_one', $1)`,
      [values],
    );
    if (this.#notifies) await this.#writer.query(`SELECT pg_notify('bench', $1)`, [values]);
    const at = process.hrtime.bigint();
    await this.#writer.query('COMMIT');
    return at;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pages.map((worker) => worker.stop()));
    await this.#writer.end();
  }
}

async function openPages(url: string, auths: readonly object[]): Promise<Worker[]> {
  const size = Math.ceil(auths.length / PROCESSES);
  const workers = Array.from(
    { length: PROCESSES },
    (_, index) =>
      new Worker('socket-client.ts', { url, auths: auths.slice(index * size, (index + 1) * size) }),
  );
  await Promise.all(workers.map((worker) => worker.next()));
  return workers;
}

/** How long until a commit is in the one browser that it is for, while 999 others listen to the same channel? */
export async function measureCommitToOne(progress: Progress): Promise<Row> {
  const postgres = await startPostgres(15);
  const releases = [() => postgres.stop()];
  try {
    const connect = async (database: BenchDatabase): Promise<pg.Client> => {
      const client = new pg.Client(database.config);
      await client.connect();
      return client;
    };
    const [own, bare] = [await BenchDatabase.create(postgres), await BenchDatabase.create(postgres)];
    await bare.query('DROP TRIGGER web_socketio_ring ON web_socketio_message');
    const sidecar = await startSidecar(postgres, [own.name]);
    releases.push(() => sidecar.stop());
    const server = new Worker('bare-server.ts', { config: bare.config });
    releases.push(() => server.stop());
    const { port } = z.object({ port: z.number() }).parse(await server.next());
    progress(`connecting ${SOCKETS} sockets to each server`);
    const tokens = await own.addTokens(SOCKETS);
    const ownAuths = tokens.map((token) => ({ db: own.name, token }));
    const bareAuths = tokens.map((_, index) => ({ uid: index + 1 }));
    const ours = new Target(
      await connect(own),
      await openPages(`${sidecar.url}/longpolling`, ownAuths),
      false,
    );
    releases.push(() => ours.stop());
    const baseline = new Target(
      await connect(bare),
      await openPages(`http://127.0.0.1:${port}`, bareAuths),
      true,
    );
    releases.push(() => baseline.stop());
    const order = [ours, baseline];
    for (const target of order) await target.measure(MESSAGES / 4);
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const target of order) target.medians.push(await target.measure(MESSAGES));
      const [mine, theirs] = [ours, baseline].map(({ medians }) => (medians.at(-1) ?? 0).toFixed(2));
      progress(`round ${round} of ${ROUNDS}: ours ${mine} ms, bare socket.io ${theirs} ms`);
      order.reverse();
    }
    return toRow(NAME, 'ms', ours.medians, baseline.medians);
  } finally {
    for (const release of releases.reverse()) await release();
  }
}
