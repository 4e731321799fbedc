import { expect, it } from 'vitest';
import { ALL } from '../../support/live/live-page.ts';
import { LiveStage } from '../../support/live/live-stage.ts';

const model = 'res.partner';

it('A page that shows a record hears of its change once, and one that does not hears nothing', async () => {
  const stage = await LiveStage.start();
  for (const id of [1, 2, 3]) stage.odoo.put(model, id);
  const [page, other] = [await stage.open(), await stage.open()];
  await page.show({ view: 1, model, ids: [1, 2] });
  await other.show({ view: 1, model, ids: [3] });
  await stage.change({ ids: [1], uid: 5 });
  await expect.poll(() => page.changes).toMatchObject([{ model, op: 'write', ids: [1], who: 5 }]);
  await stage.change({ ids: [3] });
  await expect.poll(() => other.changes).toMatchObject([{ ids: [3] }]);
  expect(page.framesOf('changed', 'differs')).toHaveLength(1);
  expect(other.framesOf('changed', 'differs')).toHaveLength(1);
});

it('Of a change of many records each page hears of those that it shows', async () => {
  const stage = await LiveStage.start();
  for (const id of [1, 2, 3, 4]) stage.odoo.put(model, id);
  const page = await stage.open();
  await page.show({ view: 1, model, ids: [2, 3], list: { ...ALL, count: 2 } });
  await page.show({ view: 2, model, ids: [3, 4] });
  await stage.change({ ids: [1, 3, 5, 4] });
  await expect.poll(() => page.changes.map(({ ids }) => ids)).toEqual([[3, 4]]);
});

it('When a model is not live any more, the pages that show it are told so', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const [page, other] = [await stage.open(), await stage.open()];
  await page.show({ view: 1, model, ids: [1] });
  await stage.change({ op: 'off', uid: null });
  await expect.poll(() => page.changes).toMatchObject([{ model, op: 'off', ids: null, who: null }]);
  expect(other.changes).toEqual([]);
});
