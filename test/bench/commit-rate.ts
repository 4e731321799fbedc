import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { startPostgres } from '../support/postgres.ts';
import { BenchDatabase } from './bench-database.ts';
import { startSidecar } from './bench-sidecar.ts';
import { type Benchmark, median, type Progress, ROUNDS, type Row, toRow } from './row.ts';
import { Worker } from './worker.ts';

const NAME = 'commit rate of 16 writers';

const WRITERS = 16;
/** The bell is rung by hand meanwhile: in all three the sidecar then reads every few milliseconds, unrung. */
const WARM_UP_SECONDS = 2;
const MEASURED_SECONDS = 4;
const READ_TIMEOUT_MS = 30_000;

const PLAIN_NOTIFY = `
CREATE FUNCTION bench_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('web_socketio', ''); RETURN NULL; END $$;
CREATE TRIGGER bench_notify AFTER INSERT ON web_socketio_message
  FOR EACH STATEMENT EXECUTE PROCEDURE bench_notify();`;
const NO_TRIGGER = 'DROP TRIGGER web_socketio_ring ON web_socketio_message;';
const ORDERS = `
CREATE TABLE bench_order (id int PRIMARY KEY, amount int NOT NULL DEFAULT 0);
INSERT INTO bench_order (id) SELECT generate_series(1, ${WRITERS});`;

/** Ours, the same without any trigger, and with a trigger that always sends NOTIFY. */
const VARIANTS = { ours: '', baseline: NO_TRIGGER, plain: NO_TRIGGER + PLAIN_NOTIFY };

const Written = z.object({ commits: z.number(), rate: z.number() });

/** One database with its writers, and a socket that asks the sidecar how much it has read of it. */
class Variant {
  readonly database: BenchDatabase;
  readonly rates: number[] = [];
  readonly #writer: Worker;
  readonly #socket: Socket;
  #commits = 0;

  constructor(database: BenchDatabase, url: string, token: string) {
    this.database = database;
    this.#writer = new Worker('commit-rate-writer.ts', { config: database.config, writers: WRITERS });
    this.#socket = io(`${url}/bench`, { auth: { db: database.name, token }, forceNew: true });
  }

  async ready(): Promise<void> {
    await this.#writer.next();
    await this.#socket.emitWithAck('count');
  }

  async write(seconds: number, ring: boolean): Promise<number> {
    const answer = this.#writer.next();
    this.#writer.send({ seconds, ring });
    const { commits, rate } = Written.parse(await answer);
    this.#commits += commits;
    return rate;
  }

  /** Waits until the sidecar has read every message; one that is lost fails the run. */
  async checkRead(): Promise<void> {
    const deadline = performance.now() + READ_TIMEOUT_MS;
    let count: unknown;
    do count = await this.#socket.emitWithAck('count');
    while (count !== this.#commits && performance.now() < deadline);
    if (count !== this.#commits) {
      throw new Error(
        `${this.#commits} messages were committed and ${count} read. Messages were lost or read twice.`,
      );
    }
  }

  async stop(): Promise<void> {
    this.#socket.disconnect();
    await this.#writer.stop();
  }
}

/** Does the bell slow the business down? A flush of 2 ms is simulated, as of a disk that is worth the name. */
async function measure(progress: Progress): Promise<Row> {
  // commit_delay acts only with fsync on, and by default only when five others commit.
  const settings = { fsync: 'on', commit_delay: '2000', commit_siblings: '0' };
  const postgres = await startPostgres(15, settings);
  const releases = [() => postgres.stop()];
  try {
    const open = async (changes: string): Promise<BenchDatabase> => {
      const database = await BenchDatabase.create(postgres);
      await database.query(ORDERS + changes);
      return database;
    };
    const databases = {
      ours: await open(VARIANTS.ours),
      baseline: await open(VARIANTS.baseline),
      plain: await open(VARIANTS.plain),
    };
    const sidecar = await startSidecar(
      postgres,
      Object.values(databases).map(({ name }) => name),
    );
    releases.push(() => sidecar.stop());
    const start = async (database: BenchDatabase): Promise<Variant> => {
      const [token = ''] = await database.addTokens(1);
      const variant = new Variant(database, sidecar.url, token);
      releases.push(() => variant.stop());
      await variant.ready();
      return variant;
    };
    const ours = await start(databases.ours);
    const baseline = await start(databases.baseline);
    const plain = await start(databases.plain);
    const order = [ours, baseline, plain];
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const variant of order) {
        await variant.write(WARM_UP_SECONDS, true);
        variant.rates.push(await variant.write(MEASURED_SECONDS, false));
        await variant.checkRead();
      }
      const rates = [ours, baseline, plain].map(({ rates }) => (rates.at(-1) ?? 0).toFixed(0));
      progress(
        `round ${round} of ${ROUNDS}: ours ${rates[0]}, no trigger ${rates[1]}, plain NOTIFY ${rates[2]} commits/s`,
      );
      order.reverse();
    }
    const row = toRow(NAME, 'commits/s', ours.rates, baseline.rates);
    return { ...row, alternatives: { 'plain NOTIFY trigger': median(plain.rates) } };
  } finally {
    for (const release of releases.reverse()) await release();
  }
}

export const COMMIT_RATE: readonly Benchmark[] = [{ name: NAME, measure }];
