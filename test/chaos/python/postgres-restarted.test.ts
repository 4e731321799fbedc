import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';
import { Load } from '../load/load.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude, expectNoResync } from '../record/tally.ts';
import { openStage } from './python-stage.ts';

const { perSecond, underLoadMs, awayMs } = sizes({
  short: { perSecond: 20, underLoadMs: 1_000, awayMs: 500 },
  long: { perSecond: 50, underLoadMs: 5_000, awayMs: 10_000 },
});

it('keeps every socket and message of handlers in Python over a restart of PostgreSQL', async () => {
  const server = await RestartablePostgres.create();
  await server.start();
  const stage = await openStage({ pages: 10, sidecars: 1, workers: 1, server });
  const load = new Load(stage.database, { channels: ['each', 'queue'], perSecond });
  await setTimeout(underLoadMs);
  await server.stopFast();
  await setTimeout(awayMs);
  await server.start();
  await setTimeout(underLoadMs);
  await load.stop();
  await awaitArrival(stage);
  conclude('Python, PostgreSQL restarted', await count(stage), `away ${awayMs} ms`);
  const pages = [...(await stage.each.records()), ...(await stage.queue.records())];
  expectNoResync(pages);
  expect(pages.flatMap(({ disconnects }) => disconnects)).toEqual([]);
});
