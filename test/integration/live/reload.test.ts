import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { liveModules } from '../../support/live/live-modules.ts';
import { ALL } from '../../support/live/live-page.ts';
import { LiveStage } from '../../support/live/live-stage.ts';
import { makeAddons } from '../../support/sidecar/test-sidecar.ts';

const model = 'res.partner';

it('With changed server modules the pages come back, and hear of what they missed and of what follows', async () => {
  const modules = await liveModules();
  const folder = await makeAddons(modules);
  const stage = await LiveStage.start({ addonsPath: [folder], dev: true });
  stage.odoo.put(model, 1);
  const page = await stage.open();
  await page.show({ view: 1, model, ids: [1], list: { ...ALL, count: 1 } });
  const back = new Promise<void>((resolve) => page.socket.add_reconnect_method(resolve));
  const index = 'web_live/socketio/index.ts';
  await writeFile(join(folder, index), `${modules[index]}\n// changed\n`);
  await back;
  stage.odoo.put(model, 2);
  await stage.change({ ids: [1] }, { op: 'create', ids: [2] });
  await expect.poll(() => page.changes).toMatchObject([{ ids: [1] }]);
  await expect.poll(() => page.differs.length).toBeGreaterThan(0);
  expect(page.resyncs).toEqual([]);
});
