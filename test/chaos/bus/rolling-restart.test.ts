import { setTimeout as wait } from 'node:timers/promises';
import { it } from 'vitest';
import { sizes } from '../record/form.ts';
import { conclude } from '../record/tally.ts';
import { BusCrew } from './bus-crew.ts';
import { BusParty } from './bus-party.ts';

const { pages, drainSeconds, rounds } = sizes({
  short: { pages: 16, drainSeconds: 1, rounds: 1 },
  long: { pages: 100, drainSeconds: 10, rounds: 3 },
});

it("delivers Odoo's bus once while one sidecar after the other is stopped and started again", async () => {
  const env = { WEB_SOCKETIO_DRAIN_SECONDS: `${drainSeconds}` };
  const party = await BusParty.gather({ sidecars: 2, pages, env });
  const crew = new BusCrew(party.database, party.channels, 16);
  for (let round = 0; round < rounds; round += 1) {
    for (const sidecar of party.sidecars) {
      await wait(1_000);
      await sidecar.stop();
      await sidecar.start();
    }
  }
  await crew.stop();
  await party.arrive();
  conclude("Odoo's bus, rolling restart", await party.count(), party.remarks);
});
