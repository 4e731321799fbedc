import type { PostgresMajor } from '../../../sidecar/playground/postgres/postgres-programs.ts';
import { startPostgres } from '../../support/postgres/postgres.ts';
import { BenchDatabase } from '../servers/bench-database.ts';
import { startSidecar } from '../servers/bench-sidecar.ts';
import type { CommitRateSetting } from './commit-rate-setting.ts';
import { CommitRateVariant } from './commit-rate-variant.ts';

const PLAIN_NOTIFY = `
CREATE FUNCTION bench_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('web_socketio', ''); RETURN NULL; END $$;
CREATE TRIGGER bench_notify AFTER INSERT ON web_socketio_message
  FOR EACH STATEMENT EXECUTE PROCEDURE bench_notify();`;
const NO_TRIGGER = `
ALTER TABLE web_socketio_message DISABLE TRIGGER web_socketio_wake_up;
ALTER TABLE web_socketio_message DISABLE TRIGGER web_socketio_stamp;`;

const orders = (writers: number) => `
CREATE TABLE bench_order (id int PRIMARY KEY, amount int NOT NULL DEFAULT 0);
INSERT INTO bench_order (id) SELECT generate_series(1, ${writers});`;

/**
 * The same writers over ours, without any trigger, and with a trigger that always sends NOTIFY, which PREPARE TRANSACTION
 * refuses. A flush is simulated, as of disks that are worth the name, and of slow ones. Whoever starts it stops it.
 */
export class CommitRateTrial {
  readonly ours: CommitRateVariant;
  readonly baseline: CommitRateVariant;
  /** Null where it is refused. */
  readonly plain: CommitRateVariant | null;
  readonly #releases: readonly (() => Promise<void>)[];

  private constructor(
    [ours, baseline, plain]: readonly [CommitRateVariant, CommitRateVariant, CommitRateVariant | null],
    releases: readonly (() => Promise<void>)[],
  ) {
    this.ours = ours;
    this.baseline = baseline;
    this.plain = plain;
    this.#releases = releases;
  }

  /** @param node the program `node` of the sidecar */
  static async start(
    major: PostgresMajor,
    flushMs: number,
    setting: CommitRateSetting,
    node: string,
  ): Promise<CommitRateTrial> {
    // commit_delay acts only with fsync on, and by default only when five others commit.
    const flush = { fsync: 'on', commit_delay: `${flushMs * 1000}`, commit_siblings: '0' };
    const postgres = await startPostgres(major, {
      ...flush,
      max_prepared_transactions: `${setting.writers}`,
    });
    const releases = [() => postgres.stop()];
    try {
      const create = async (changes: string): Promise<BenchDatabase> => {
        const database = await BenchDatabase.create(postgres);
        await database.query(orders(setting.writers) + changes);
        return database;
      };
      const ours = await create('');
      const baseline = await create(NO_TRIGGER);
      const plain = setting.twoPhase ? null : await create(NO_TRIGGER + PLAIN_NOTIFY);
      const names = [ours, baseline, plain].flatMap((database) => database?.name ?? []);
      const sidecar = await startSidecar(postgres, names, { node });
      releases.push(() => sidecar.stop());
      const open = async (database: BenchDatabase): Promise<CommitRateVariant> => {
        const variant = await CommitRateVariant.open(database, sidecar.url, setting);
        releases.push(() => variant.stop());
        return variant;
      };
      return new CommitRateTrial(
        [await open(ours), await open(baseline), plain === null ? null : await open(plain)],
        releases,
      );
    } catch (error) {
      for (const release of releases.reverse()) await release();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const release of this.#releases.toReversed()) await release();
  }
}
