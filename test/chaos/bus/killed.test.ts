import { setTimeout as wait } from 'node:timers/promises';
import { it } from 'vitest';
import { sizes } from '../record/form.ts';
import { conclude } from '../record/tally.ts';
import { BusCrew } from './bus-crew.ts';
import { BusParty } from './bus-party.ts';

const WRITERS = 16;
const { pages, kills, everyMs } = sizes({
  short: { pages: 16, kills: 2, everyMs: 1_500 },
  long: { pages: 100, kills: 20, everyMs: 3_000 },
});

it("delivers Odoo's bus once, of sixteen writers who commit late, to pages that lose their connections", async () => {
  const party = await BusParty.gather({ sidecars: 2, pages });
  const crew = new BusCrew(party.database, party.channels, WRITERS);
  for (let turn = 0; turn < kills * 4; turn += 1) {
    await wait(everyMs / 4);
    for (const page of party.pages) if (Math.random() < 0.3) page.cut();
  }
  await crew.stop();
  await party.arrive();
  conclude("Odoo's bus, connections cut", await party.count(), party.remarks, `transactions ${crew.turns}`);
});

it("delivers Odoo's bus once, of sixteen writers who commit late, while one of two sidecars is killed again and again", async () => {
  const party = await BusParty.gather({ sidecars: 2, pages });
  const crew = new BusCrew(party.database, party.channels, WRITERS);
  for (let turn = 0; turn < kills; turn += 1) {
    await wait(everyMs);
    const sidecar = party.sidecars[turn % 2];
    await sidecar?.kill();
    await sidecar?.start();
  }
  await crew.stop();
  await party.arrive();
  conclude(
    `Odoo's bus, sidecars killed ${kills} times`,
    await party.count(),
    party.remarks,
    `transactions ${crew.turns}`,
  );
});
