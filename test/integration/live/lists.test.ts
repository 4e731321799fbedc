import { expect, it } from 'vitest';
import { ALL } from '../../support/live/live-page.ts';
import { LiveStage } from '../../support/live/live-stage.ts';

const model = 'res.partner';

it('A list hears that it differs when a record comes into it or leaves its total, and not otherwise', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1, { team: 'a' });
  stage.odoo.put(model, 2, { team: 'b' });
  const page = await stage.open();
  const list = { ...ALL, domain: [['team', '=', 'a']], count: 1 };
  await page.show({ view: 1, model, ids: [1], list });
  stage.odoo.put(model, 3, { team: 'b' });
  await stage.change({ op: 'create', ids: [3] }, { ids: [2] });
  await expect
    .poll(() => stage.odoo.takeDiffers().flatMap(({ views }) => views))
    .toMatchObject([{ model, domain: list.domain, ids: [1], count: 1, changed: [3, 2] }]);
  stage.odoo.put(model, 2, { team: 'a' });
  await stage.change({ ids: [2], uid: 4 });
  await expect.poll(() => page.differs).toMatchObject([{ view: 1, who: 4 }]);
  await page.show({ view: 1, model, ids: [1, 2], list: { ...list, limit: 2, count: 2 } });
  stage.odoo.put(model, 4, { team: 'a' });
  await stage.change({ op: 'create', ids: [4] });
  await expect.poll(() => page.differs).toHaveLength(2);
  await page.show({ view: 1, model, ids: [1, 2], list: { ...list, limit: 2, count: 3 } });
  stage.odoo.delete(model, 4);
  await stage.change({ op: 'unlink', ids: [4] });
  await expect.poll(() => page.differs).toHaveLength(3);
  expect(page.changes).toEqual([]);
});

it('Pages of one user that show the same have Odoo asked once, and each user is asked for', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const pages = [await stage.open(2), await stage.open(2), await stage.open(4)];
  const list = { ...ALL, count: 1 };
  for (const page of pages) await page.show({ view: 1, model, ids: [1], list });
  for (const page of pages) await page.show({ view: 1, model, ids: [1], list });
  stage.odoo.takeDiffers();
  stage.odoo.put(model, 2, {}, [4]);
  await stage.change({ op: 'create', ids: [2] });
  for (const page of pages.slice(0, 2)) await expect.poll(() => page.differs).toHaveLength(1);
  await expect.poll(() => stage.odoo.asked.filter(({ method }) => method === 'differ')).toHaveLength(2);
  const asked = stage.odoo.takeDiffers();
  expect(asked.map(({ uid, views }) => [uid, views.length]).sort()).toEqual([
    [2, 1],
    [4, 1],
  ]);
  // Of what user 4 may not read he hears nothing.
  expect(pages[2]?.framesOf('changed', 'differs')).toEqual([]);
});

it('More records than a socket can watch are told of as a list that differs', async () => {
  const stage = await LiveStage.start();
  const ids = Array.from({ length: 1_000 }, (_, index) => index + 1);
  for (const id of ids) stage.odoo.put(model, id);
  const page = await stage.open();
  const list = { ...ALL, limit: 2_000, count: 1_000 };
  await page.show({ view: 1, model, ids, list });
  await page.show({ view: 1, model, ids, list });
  await stage.change({ ids: [1] });
  await expect.poll(() => page.changes.flatMap((change) => change.ids)).toEqual([1]);
  await stage.change({ ids: [1_000], uid: 4 });
  await expect.poll(() => page.differs).toMatchObject([{ view: 1, who: 4 }]);
});
