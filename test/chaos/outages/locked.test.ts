import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { BackendWatch } from '../../support/postgres/backend-watch.ts';
import { startPostgres } from '../../support/postgres/postgres.ts';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { Load } from '../load/load.ts';
import { awaitArrival, count, hasArrived } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude, expectNoResync } from '../record/tally.ts';

const { lockedMs } = sizes({ short: { lockedMs: 15_000 }, long: { lockedMs: 300_000 } });
/** As docs/operations.md says. */
const MOST = 6;
const MOST_MEGABYTES = 250;

/** A sidecar whose role nobody else has, with pages of both kinds, some of which are at work on a message. */
async function begin(major: 15 | 18) {
  const server = await startPostgres(major);
  onTestFinished(() => server.stop());
  const database = await openDatabase(server);
  const role = `sidecar_${randomBytes(4).toString('hex')}`;
  await database.query(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${role}'`);
  const watch = await BackendWatch.start(database, role);
  const sidecar = await ChaosSidecar.open({
    server: { ...server, user: role, password: role },
    database: database.name,
  });
  const each = await Fleet.open(database, { pages: 10, origin: sidecar.url, channels: ['each'] });
  const working = { pages: 10, workMs: 1_000 };
  const queue = await Fleet.open(database, { ...working, origin: sidecar.url, channels: ['queue'] });
  const party = { database, each, queue, sidecars: [sidecar] };
  await new Load(database, { channels: ['each'], perSecond: 100, count: 20 }).done;
  await expect.poll(() => hasArrived({ database, each, sidecars: [] })).toBe(true);
  await new Load(database, { channels: ['queue'], perSecond: 100, count: 20 }).done;
  return { database, watch, sidecar, each, queue, party };
}

async function stateOf(sidecar: ChaosSidecar, { name }: TestDatabase): Promise<unknown> {
  const answer: unknown = await (await fetch(`${sidecar.url}/readyz`)).json();
  if (typeof answer !== 'object' || answer === null || !('databases' in answer)) return answer;
  return Reflect.get(Object(answer.databases), name);
}

async function megabytes(sidecar: ChaosSidecar): Promise<number> {
  const status = await readFile(`/proc/${sidecar.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_000;
}

it.each([15, 18] as const)(
  'holds no more than six connections while its table is locked, says so, and goes on (PostgreSQL %i)',
  async (major) => {
    const { database, watch, sidecar, each, queue, party } = await begin(major);
    const locker = await database.connect();
    await locker.query('BEGIN; LOCK TABLE web_socketio_message IN ACCESS EXCLUSIVE MODE');
    const start = performance.now();
    await expect.poll(() => stateOf(sidecar, database)).toMatch(/^(table_locked|postgres_unreachable)$/);
    await expect
      .poll(() => sidecar.log)
      .toMatch(/ERROR \w+ web_socketio: (table_locked|\w+: .*lock timeout)/);
    const logged = sidecar.log.split('Connected to PostgreSQL').length;
    const states = new Set<unknown>();
    while (performance.now() - start < lockedMs) {
      states.add(await stateOf(sidecar, database));
      await setTimeout(100);
    }
    expect([...states]).not.toContain('connected');
    await locker.query('COMMIT');
    const freed = performance.now();
    await expect.poll(() => stateOf(sidecar, database), { interval: 20 }).toBe('connected');
    const back = performance.now() - freed;
    await awaitArrival(party);
    conclude(
      `table locked, PostgreSQL ${major}`,
      await count(party),
      `connections ${watch.most} at most, ${watch.total} in all, in ${watch.samples} samples`,
      `ready ${back.toFixed(0)} ms after the lock, ${(await megabytes(sidecar)).toFixed(0)} MB`,
    );
    await expect.poll(() => sidecar.log.split('Connected to PostgreSQL')).toHaveLength(logged + 1);
    expect(watch.most).toBeLessThanOrEqual(MOST);
    expect(await megabytes(sidecar)).toBeLessThan(MOST_MEGABYTES);
    expectNoResync([...(await each.records()), ...(await queue.records())]);
  },
);

it.each([15, 18] as const)(
  'holds no more than six connections while its database lets nobody in, says so, and comes back (PostgreSQL %i)',
  async (major) => {
    const { database, watch, sidecar, each, queue, party } = await begin(major);
    const { host, port, user, password } = database.server;
    const administrator = new pg.Client({ host, port, user, password, database: 'postgres' });
    await administrator.connect();
    onTestFinished(() => administrator.end());
    // As long as it is being renamed, whoever connects waits. So it is while it is being duplicated.
    await administrator.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS false`);
    await administrator.query(
      'SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1',
      [database.name],
    );
    await administrator.query('BEGIN');
    await administrator.query(`ALTER DATABASE ${database.name} RENAME TO ${database.name}_away`);
    const start = performance.now();
    await expect.poll(() => stateOf(sidecar, database)).toMatch(/^(postgres_waiting|postgres_unreachable)$/);
    await expect
      .poll(() => sidecar.log)
      .toContain(`PostgreSQL has taken the connection to '${database.name}' and does not let it in`);
    while (performance.now() - start < lockedMs) await setTimeout(100);
    await administrator.query('ROLLBACK');
    await administrator.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS true`);
    const freed = performance.now();
    await expect.poll(() => stateOf(sidecar, database), { interval: 20 }).toBe('connected');
    const back = performance.now() - freed;
    await awaitArrival(party);
    conclude(
      `database closed, PostgreSQL ${major}`,
      await count(party),
      `connections ${watch.most} at most, ${watch.total} in all, in ${watch.samples} samples`,
      `ready ${back.toFixed(0)} ms after it was let in, ${(await megabytes(sidecar)).toFixed(0)} MB`,
    );
    expect(watch.most).toBeLessThanOrEqual(MOST);
    expect(await megabytes(sidecar)).toBeLessThan(MOST_MEGABYTES);
    expectNoResync([...(await each.records()), ...(await queue.records())]);
  },
);
