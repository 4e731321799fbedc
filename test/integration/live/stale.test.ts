import { expect, it } from 'vitest';
import { ALL } from '../../support/live/live-page.ts';
import { LiveStage } from '../../support/live/live-stage.ts';

const model = 'res.partner';

it('The first view of a model is stale, since nobody has heard what happened while it loaded; the next load is not', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const page = await stage.open();
  expect(await page.show({ view: 1, model, ids: [1] })).toMatchObject({ live: true, stale: true });
  expect(await page.show({ view: 1, model, ids: [1] })).toMatchObject({ live: true, stale: false });
});

it('What changes between the load of a view and its word is stale, for those who show it', async () => {
  const stage = await LiveStage.start();
  for (const id of [1, 2, 3]) stage.odoo.put(model, id);
  const [page, other, form] = [await stage.open(), await stage.open(), await stage.open()];
  for (const one of [page, other, form]) {
    await one.show({ view: 1, model, ids: [3] });
    await one.show({ view: 1, model, ids: [3] });
  }
  const [load, formLoad] = [other.load(), form.load()];
  await stage.change({ ids: [1] }, { ids: [3] });
  await expect.poll(() => page.changes).toMatchObject([{ ids: [3] }]);
  expect(await other.show({ view: 2, model, ids: [1] }, load)).toMatchObject({ stale: true });
  expect(await form.show({ view: 2, model, ids: [2] }, formLoad)).toMatchObject({ stale: false });
  // It heard of the change before it loaded.
  await expect.poll(() => form.changes).toHaveLength(1);
  expect(await form.show({ view: 3, model, ids: [1] })).toMatchObject({ stale: false });
});

it('A page that loads because of a change is not told that what it loaded is stale', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const page = await stage.open();
  await page.show({ view: 1, model, ids: [1] });
  for (const turn of [1, 2, 3, 4, 5]) {
    await stage.change({ ids: [1] });
    await expect.poll(() => page.events).toBe(turn);
    expect(await page.show({ view: 1, model, ids: [1] })).toMatchObject({ stale: false });
  }
});

it('A list hears that it differs, of what was created while it loaded', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const [page, other] = [await stage.open(), await stage.open()];
  for (const one of [page, other]) await one.show({ view: 1, model, ids: [1] });
  await page.show({ view: 1, model, ids: [] });
  const load = page.load();
  stage.odoo.put(model, 2);
  await stage.change({ op: 'create', ids: [2], uid: 6 }, { ids: [1], uid: 6 });
  await expect.poll(() => other.events).toBe(1);
  const list = { ...ALL, count: 1 };
  expect(await page.show({ view: 2, model, ids: [], list }, load)).toMatchObject({ stale: false });
  await expect.poll(() => page.differs).toMatchObject([{ view: 2, who: 6 }]);
});

it('The end of an older version of a view changes nothing', async () => {
  const stage = await LiveStage.start();
  for (const id of [1, 2]) stage.odoo.put(model, id);
  const page = await stage.open();
  await page.show({ view: 1, model, ids: [1] });
  await page.show({ view: 1, model, ids: [2] });
  await stage.change({ ids: [1] });
  await stage.change({ ids: [2] });
  await expect.poll(() => page.changes.flatMap(({ ids }) => ids)).toEqual([2]);
  page.close(1);
  await page.show({ view: 2, model, ids: [1] });
  await stage.change({ ids: [2] });
  await stage.change({ ids: [1] });
  await expect.poll(() => page.changes.flatMap(({ ids }) => ids)).toEqual([2, 1]);
});
