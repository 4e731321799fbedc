import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';
import { sizes } from '../record/form.ts';
import { conclude } from '../record/tally.ts';
import { BusCrew } from './bus-crew.ts';
import { BusParty } from './bus-party.ts';

const { pages, underLoadMs, awayMs, restarts } = sizes({
  short: { pages: 10, underLoadMs: 1_000, awayMs: 500, restarts: 1 },
  long: { pages: 50, underLoadMs: 5_000, awayMs: 5_000, restarts: 4 },
});

it.each([
  { how: 'fast', stop: (server: RestartablePostgres) => server.stopFast() },
  { how: 'immediate', stop: (server: RestartablePostgres) => server.stopImmediately() },
])('keeps every bus socket and notification over a restart of PostgreSQL ($how)', async ({ how, stop }) => {
  const server = await RestartablePostgres.create();
  await server.start();
  const party = await BusParty.gather({ server, sidecars: 2, pages });
  const crew = new BusCrew(party.database, party.channels, 16);
  for (let turn = 0; turn < restarts; turn += 1) {
    await wait(underLoadMs);
    await stop(server);
    await wait(awayMs);
    await server.start();
  }
  await wait(underLoadMs);
  await crew.stop();
  await party.arrive();
  conclude(`Odoo's bus, PostgreSQL restarted, ${how}`, await party.count(), party.remarks);
  expect(party.pages.flatMap(({ closes }) => closes)).toEqual([]);
});

it("delivers Odoo's bus once when PostgreSQL and the sidecars crash together, as a machine does", async () => {
  const server = await RestartablePostgres.create();
  await server.start();
  const party = await BusParty.gather({ server, sidecars: 2, pages });
  const crew = new BusCrew(party.database, party.channels, 16);
  for (let turn = 0; turn < restarts; turn += 1) {
    await wait(underLoadMs);
    await Promise.all([server.stopImmediately(), ...party.sidecars.map((sidecar) => sidecar.kill())]);
    await wait(awayMs);
    await server.start();
    await Promise.all(party.sidecars.map((sidecar) => sidecar.start()));
  }
  await wait(underLoadMs);
  await crew.stop();
  await party.arrive();
  conclude("Odoo's bus, PostgreSQL and sidecars crashed", await party.count(), party.remarks);
});
