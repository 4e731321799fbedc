import { expect, it } from 'vitest';
import { ALL } from '../../support/live/live-page.ts';
import { LiveStage } from '../../support/live/live-stage.ts';

const model = 'res.partner';
const SECRET = 700_123;

it('A page is never told of a record that its user may not read, though it says that it shows it', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  stage.odoo.put(model, SECRET, {}, [2]);
  const [page, reader] = [await stage.open(2), await stage.open(4)];
  await page.show({ view: 1, model, ids: [1, SECRET], list: { ...ALL, count: 1 } });
  await page.show({ view: 2, model, ids: [SECRET] });
  await reader.show({ view: 1, model, ids: [SECRET] });
  await stage.change({ ids: [SECRET] });
  await stage.change({ ids: [1, SECRET] });
  await expect.poll(() => reader.changes).toHaveLength(2);
  await expect.poll(() => page.changes.flatMap(({ ids }) => ids)).toEqual([1]);
  expect(
    page.framesOf('changed', 'differs', 'presence').filter((frame) => frame.includes(`${SECRET}`)),
  ).toEqual([]);
  expect(page.differs).toEqual([]);
});

it('An id that does not exist yet is not told of when it comes to exist', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const page = await stage.open();
  await page.show({ view: 1, model, ids: [1, 2] });
  stage.odoo.put(model, 2, {}, [2]);
  await stage.change({ op: 'create', ids: [2] }, { ids: [2] });
  await stage.change({ ids: [1] });
  await expect.poll(() => page.changes.flatMap(({ ids }) => ids)).toEqual([1]);
});

it('A view of a model that is not live is told so, and nothing else', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const page = await stage.open();
  expect(await page.show({ view: 1, model: 'ir.cron', ids: [1] })).toMatchObject({
    live: false,
    stale: false,
  });
  await page.show({ view: 2, model, ids: [1] });
  await stage.change({ model: 'ir.cron', ids: [1] }, { model: 'ir.cron' });
  await stage.change({ ids: [1] });
  await expect.poll(() => page.changes).toMatchObject([{ model, ids: [1] }]);
});

it('What a page says of a view is refused in a sentence if it cannot be understood', async () => {
  const stage = await LiveStage.start();
  const page = await stage.open();
  const say = (sent: unknown) => new Promise((resolve) => page.socket.emit('view', sent, resolve));
  const shown = { view: 1, version: 1, model, ids: [], age: 0 };
  expect(await say(null)).toMatchObject({
    code: 'view_invalid',
    message: expect.stringContaining('is null'),
  });
  expect(await say({ ...shown, ids: 'all' })).toMatchObject({ code: 'view_invalid' });
  expect(await say({ ...shown, age: -1 })).toMatchObject({ code: 'view_invalid' });
  expect(await say({ ...shown, list: { domain: {} } })).toMatchObject({ code: 'view_invalid' });
  const huge = { ...ALL, count: 0, domain: [['name', '=', 'x'.repeat(100_000)]] };
  expect(await say({ ...shown, list: huge })).toMatchObject({ code: 'view_too_large' });
  expect(await say({ ...shown, context: [] })).toMatchObject({ code: 'view_invalid' });
  const context = { default_name: 'x'.repeat(100_000) };
  expect(await say({ ...shown, context })).toMatchObject({ code: 'view_too_large' });
});

it('A view of which Odoo could not be asked, or of which nobody heard the answer, is asked about again', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const page = await stage.open();
  stage.odoo.faults.push(
    (response) => response.destroy(),
    (response) => response.writeHead(502).end('Bad Gateway'),
  );
  const answer = await page.show({ view: 1, model, ids: [1] });
  expect(answer).toMatchObject({ ok: false, code: 'odoo_unreachable', retry: true });
  // Where Odoo is, is nothing for a page.
  expect(JSON.stringify(answer)).not.toContain('127.0.0.1');
  await expect.poll(() => stage.odoo.asked.filter(({ method }) => method === 'open_view')).toHaveLength(1);
  expect(stage.odoo.faults).toEqual([]);
  await expect.poll(() => page.answers.at(-1)).toMatchObject({ live: true });
  await stage.change({ ids: [1] });
  await expect.poll(() => page.changes).toMatchObject([{ ids: [1] }]);
});

it('What a user may read is asked in the context of the view, which has the companies that are chosen there', async () => {
  const stage = await LiveStage.start();
  stage.odoo.put(model, 1);
  const page = await stage.open();
  await page.show({ view: 1, model, ids: [1], context: { allowed_company_ids: [2] } });
  const list = { ...ALL, context: { allowed_company_ids: [3] }, count: 1 };
  await page.show({ view: 2, model, ids: [1], list });
  // As pages say it that have the JavaScript from before.
  await page.show({ view: 3, model, ids: [1] });
  expect(stage.odoo.asked.map(({ context }) => context)).toEqual([
    { allowed_company_ids: [2] },
    { allowed_company_ids: [3] },
    null,
  ]);
});
