import pg from 'pg';
import { expect, it } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { Load } from '../load/load.ts';
import { awaitArrival, awaitResynced, count, hasArrived } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude, expectOneResync } from '../record/tally.ts';

const { pages, perSecond } = sizes({
  short: { pages: 10, perSecond: 50 },
  long: { pages: 100, perSecond: 100 },
});

async function administer({ host, port, user, password }: RestartablePostgres, ...statements: string[]) {
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

it('tells each page once to load its data again, and loses nothing of the queue, when a standby takes over', async () => {
  const primary = await RestartablePostgres.create();
  const proxy = await TcpProxy.start(primary.port);
  await primary.start();
  const address = { ...primary, port: proxy.port };
  const database = await openDatabase(address);
  await primary.stopFast();
  const standby = await primary.copyAsStandby();
  await primary.start();
  await standby.start();
  // What is committed is on both, or the sender does not know that it is committed.
  await administer(
    primary,
    `ALTER SYSTEM SET synchronous_standby_names = 'standby'`,
    'SELECT pg_reload_conf()',
  );

  const sidecar = await ChaosSidecar.open({ server: address, database: database.name });
  const each = await Fleet.open(database, { pages, origin: sidecar.url, channels: ['each'] });
  const slow = { pages: 5, workMs: 300 };
  const queue = await Fleet.open(database, { ...slow, origin: sidecar.url, channels: ['queue'] });
  const party = { database, each, queue, sidecars: [sidecar] };
  await new Load(database, { channels: ['each'], perSecond: 100, count: 20 }).done;
  await expect.poll(() => hasArrived({ database, each, sidecars: [] })).toBe(true);
  const load = new Load(database, { channels: ['queue'], perSecond });
  await expect.poll(() => load.sent).toBeGreaterThan(perSecond);
  await primary.stopImmediately();
  await administer(standby, 'SELECT pg_promote()');
  proxy.targets = [standby.port];
  proxy.cut();
  const back = await awaitResynced(each, pages);
  await load.stop();
  await new Load(database, { channels: ['each', 'queue'], perSecond: 100, count: 20 }).done;
  await awaitArrival(party);
  conclude('failover', await count(party), `pages back after ${back.toFixed(0)} ms`);
  expectOneResync(await each.records(), 'epoch');
});
