import { expect, it } from 'vitest';
import { ALL, type LivePage } from '../../support/live/live-page.ts';
import { LiveStage } from '../../support/live/live-stage.ts';

const model = 'res.partner';
const show = async (page: LivePage) => {
  const shown = { view: 1, model, ids: [1], list: { ...ALL, count: 1 } };
  await page.show(shown);
  await page.show(shown);
};

it('When the page goes that listens for all, the others hear of everything', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const [first, second, third, last] = [
    await stage.open(2),
    await stage.open(2),
    await stage.open(4),
    await stage.open(5),
  ];
  for (const page of [first, second, third, last]) await show(page);
  first.socket.disconnect();
  stage.odoo.put(model, 2);
  await stage.change({ op: 'create', ids: [2] });
  for (const page of [second, third, last]) await expect.poll(() => page.differs).toHaveLength(1);
  await last.show({ view: 1, model, ids: [1, 2], list: { ...ALL, count: 2 } });
  stage.odoo.takeDiffers();
  second.socket.disconnect();
  third.socket.disconnect();
  // The last one listens from now on: what happened before is asked about.
  await expect
    .poll(() => stage.odoo.asked.filter(({ uid }) => uid === 5).flatMap(({ views }) => views))
    .toContainEqual(expect.objectContaining({ changed: null }));
  stage.odoo.put(model, 3);
  await stage.change({ op: 'create', ids: [3], uid: 8 });
  await expect.poll(() => last.differs.at(-1)?.who).toBe(8);
});

it('After a time in which nobody listened, each list is looked at once, whatever has changed', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const [first, second, last] = [await stage.open(2), await stage.open(2), await stage.open(4)];
  for (const page of [first, second, last]) await show(page);
  stage.odoo.put(model, 2);
  stage.odoo.takeDiffers();
  first.page.end();
  second.page.end();
  await expect.poll(() => last.differs).toMatchObject([{ view: 1, who: null }]);
  expect(stage.odoo.takeDiffers().flatMap(({ views }) => views)).toMatchObject([{ changed: null }]);
});

it('A page that comes back hears of what it missed, and its list is looked at', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const page = await stage.open();
  await show(page);
  const manager = await page.page.manager();
  stage.odoo.put(model, 2);
  const back = new Promise<void>((resolve) => page.socket.add_reconnect_method(resolve));
  manager.engine.close();
  await stage.change({ op: 'create', ids: [2] }, { ids: [1], uid: 4 });
  await back;
  await expect.poll(() => page.changes).toMatchObject([{ ids: [1], who: 4 }]);
  await expect.poll(() => page.differs).toMatchObject([{ view: 1 }]);
  expect(page.resyncs).toEqual([]);
});
