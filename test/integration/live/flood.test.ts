import { expect, it } from 'vitest';
import { ALL } from '../../support/live/live-page.ts';
import { LiveStage } from '../../support/live/live-stage.ts';

const model = 'res.partner';

it('An import in one statement is one event for each page, and Odoo is not asked: they load again', async () => {
  const stage = await LiveStage.start();
  for (const id of [1, 2]) stage.odoo.put(model, id);
  const pages = [await stage.open(), await stage.open(4)];
  const list = { ...ALL, count: 2 };
  for (const page of pages) for (const _ of [1, 2]) await page.show({ view: 1, model, ids: [1, 2], list });
  stage.odoo.takeDiffers();
  // In one transaction with the statements before, as an import of 100,000 rows in a few statements has them.
  await stage.change({ ids: [1] }, {}, { ids: [2] }, {});
  for (const page of pages) {
    await expect.poll(() => page.changes).toMatchObject([{ model, op: 'many', ids: null }]);
  }
  await stage.change({ ids: [1] });
  for (const page of pages) {
    await expect.poll(() => page.changes.map(({ op }) => op)).toEqual(['many', 'write']);
    expect(page.framesOf('changed', 'differs')).toHaveLength(2);
  }
  expect(stage.odoo.takeDiffers()).toEqual([]);
});

it('An import of 100,000 rows, one by one, is no event for pages that show none of them, and few questions', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const page = await stage.open();
  const list = { ...ALL, domain: [['team', '=', 'a']] as [string, string, string][], count: 0 };
  for (const _ of [1, 2]) await page.show({ view: 1, model, ids: [], list });
  stage.odoo.takeDiffers();
  await stage.database.query(
    `INSERT INTO web_socketio_message (channel, uid, "values")
     SELECT 'web_live', 3, json_build_object('model', 'res.partner', 'op', 'create', 'ids', json_build_array(n),
                                             'keys', json_build_array('res.partner', 'res.partner,' || n))
     FROM generate_series(100, 100099) AS n`,
  );
  stage.odoo.put(model, 200_000, { team: 'a' });
  await stage.change({ op: 'create', ids: [200_000], uid: 4 });
  await expect.poll(() => page.differs).toHaveLength(1);
  expect(page.changes).toEqual([]);
  const asked = stage.odoo.takeDiffers().length;
  process.stdout.write(`100,000 created one by one: Odoo was asked ${asked} times\n`);
  expect(asked).toBeLessThan(60);
});
