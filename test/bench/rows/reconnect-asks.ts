import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../support/postgres/postgres.ts';
import { now } from '../clock.ts';
import { figure, type Row, toCount } from '../row.ts';
import type { Benchmark, Run } from '../run.ts';
import type { Scenario } from '../servers/scenario.ts';
import { Target } from '../servers/target.ts';

const SOCKETS = 10_000;
/** PostgreSQL's backends tell what they have done at the latest after ten seconds. */
const TOLD_MS = 11_000;
const SCENARIO: Scenario = {
  ...{ sockets: SOCKETS, channel: 'bench_all', baseline: 'plain', checks: true, keeps: true },
};

const NAME = '10,000 pages reconnect after a restart';
const FIGURES = [
  { name: `${NAME}: transactions in PostgreSQL`, unit: '' },
  { name: `${NAME}: requests to Odoo`, unit: '' },
  { name: `${NAME}: until all are back`, unit: 'ms' },
];

/** How many transactions a database has had. A statement by itself is one. */
async function countTransactions({ host, port, user, password }: PostgresServer, name: string) {
  await sleep(TOLD_MS);
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      'SELECT (xact_commit + xact_rollback)::int AS count FROM pg_stat_database WHERE datname = $1',
      [name],
    );
    return rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
}

/** @returns a value of each figure: what the start and the half minute around it need is in them */
async function measureOnce(target: Target, postgres: PostgresServer): Promise<number[]> {
  const transactions = await countTransactions(postgres, target.database);
  const requests = target.odoo?.requests ?? 0;
  await target.restart(async () => undefined);
  const start = now();
  const back = await target.comeBack();
  await target.waitFor([(await target.commit()).number]);
  return [
    (await countTransactions(postgres, target.database)) - transactions,
    (target.odoo?.requests ?? 0) - requests,
    back - start,
  ];
}

async function measure({ rounds, node, progress }: Run): Promise<Row[]> {
  const postgres = await startPostgres(15);
  const target = await Target.openOurs(postgres, SCENARIO, node);
  try {
    await target.connect();
    const values: number[][] = [];
    while (values.length < rounds) {
      const one = await measureOnce(target, postgres);
      values.push(one);
      progress(`round ${values.length} of ${rounds}: ${one.map(figure).join(', ')}`);
    }
    target.check();
    return FIGURES.map((spec, index) => ({
      ...toCount(
        spec.name,
        spec.unit,
        values.map((one) => one[index] ?? Number.NaN),
      ),
      ...spec,
    }));
  } finally {
    await target.stop();
    await postgres.stop();
  }
}

/** How often are PostgreSQL and Odoo asked when everybody comes back? A count, and no ratio. */
export const RECONNECT_ASKS: Benchmark[] = [{ name: NAME, figures: FIGURES, warmUp: 'none', measure }];
