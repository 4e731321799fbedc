import { expect, it, onTestFinished } from 'vitest';
import { liveModules, QUICK_PRESENCE } from '../../support/live/live-modules.ts';
import { LiveOdoo } from '../../support/live/live-odoo.ts';
import { ALL, LivePage } from '../../support/live/live-page.ts';
import { insertChanges } from '../../support/live/written-change.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { freePort } from '../../support/process/free-port.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { SidecarProcess } from '../../support/sidecar/sidecar-process.ts';
import { makeAddons } from '../../support/sidecar/test-sidecar.ts';

const model = 'res.partner';

/** A database with web_live, and sidecars that can be killed. */
async function start() {
  const database = await TestDatabase.create();
  await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('web_live', 'installed')`);
  const odoo = await LiveOdoo.start(database);
  const addons = await makeAddons(await liveModules(QUICK_PRESENCE));
  const startSidecar = async () => {
    const sidecar = new SidecarProcess({
      databases: [database.name],
      port: await freePort(),
      env: {
        ...serverVariables(database.server),
        WEB_SOCKETIO_ADDONS_PATH: addons,
        WEB_SOCKETIO_ODOO_URL: odoo.url,
      },
    });
    onTestFinished(() => sidecar.kill());
    await sidecar.start();
    return sidecar;
  };
  return { database, odoo, startSidecar };
}

it('What changes while a sidecar is dead is told when it is there again, and nothing twice', async () => {
  const { database, odoo, startSidecar } = await start();
  for (const id of [1, 2]) odoo.put(model, id);
  const sidecar = await startSidecar();
  const page = await LivePage.open(database, sidecar.url);
  const list = { ...ALL, count: 2 };
  for (const _ of [1, 2]) await page.show({ view: 1, model, ids: [1, 2], list });
  await insertChanges(database, { ids: [1] });
  await expect.poll(() => page.changes.map(({ ids }) => ids)).toEqual([[1]]);
  const back = new Promise<void>((resolve) => page.socket.add_reconnect_method(resolve));
  await sidecar.kill();
  odoo.put(model, 3);
  await insertChanges(database, { ids: [2] }, { op: 'create', ids: [3] });
  await sidecar.start();
  await back;
  await expect.poll(() => page.changes.map(({ ids }) => ids)).toEqual([[1], [2]]);
  await expect.poll(() => page.differs.map(({ view }) => view)).toEqual([1]);
  await insertChanges(database, { ids: [1] });
  await expect.poll(() => page.changes.map(({ ids }) => ids)).toEqual([[1], [2], [1]]);
  expect(page.resyncs).toEqual([]);
});

it('Who was with a sidecar that was killed is forgotten after a while', async () => {
  const { database, odoo, startSidecar } = await start();
  odoo.put(model, 7);
  const [sidecar, other] = [await startSidecar(), await startSidecar()];
  const [anna, bert] = [
    await LivePage.open(database, sidecar.url, 4),
    await LivePage.open(database, other.url, 5),
  ];
  for (const page of [anna, bert]) await page.show({ view: 1, model, ids: [7] });
  await expect.poll(() => anna.presences.map(({ uids }) => uids)).toEqual([[5]]);
  await other.kill();
  await expect.poll(() => anna.presences.map(({ uids }) => uids)).toEqual([[5], []]);
});
