import { expect, it } from 'vitest';
import type { GetStage } from './live-stage.ts';

/** What happens to open views while something is away: the sidecar, the user, or the choice of the model. */
export function outageCases(stage: GetStage): void {
  it('After a sidecar that was killed, pages show what happened meanwhile, and go on', async () => {
    const [bread] = await stage().begin({ name: 'Bread', sequence: 1 });
    const page = await stage().logIn(stage().anna);
    await page.open('live-tasks');
    await expect.poll(() => page.names()).toEqual(['Bread']);
    await stage().stack.sidecarProcess.kill();
    await stage().call(stage().berta, 'write', [bread], { name: 'Rolls' });
    await stage().create(stage().berta, { name: 'Milk', sequence: 2 });
    await page.whileWatched(() => stage().stack.sidecarProcess.start());
    await expect.poll(() => page.names()).toEqual(['Rolls', 'Milk']);
    await stage().create(stage().berta, { name: 'Tea', sequence: 3 });
    await expect.poll(() => page.names()).toEqual(['Rolls', 'Milk', 'Tea']);
    await page.leave();
  });

  it('A tab that nobody sees asks for nothing, and shows all of it when it is seen again', async () => {
    const [bread] = await stage().begin({ name: 'Bread', sequence: 1 });
    const [page, seen] = [await stage().logIn(stage().anna), await stage().logIn(stage().berta)];
    for (const one of [page, seen]) await one.open('live-tasks');
    await page.hide(true);
    const before = page.requests('web_search_read');
    for (const name of ['Rolls', 'Toast']) {
      await stage().call(stage().stack.odoo.admin, 'write', [bread], { name });
      await expect.poll(() => seen.names()).toEqual([name]);
    }
    await expect.poll(() => page.frames.filter((frame) => frame.includes('"changed"')).length).toBe(2);
    expect(page.requests('web_search_read')).toBe(before);
    expect(await page.names()).toEqual(['Bread']);
    await page.hide(false);
    await expect.poll(() => page.names()).toEqual(['Toast']);
    expect(page.requests('web_search_read')).toBe(before + 1);
    await page.leave();
    await seen.leave();
  });

  it('Partners, once chosen, are live in pages that are opened then, and no more when the choice is deleted', async () => {
    const { odoo } = stage().stack;
    const { admin } = odoo;
    const [model] = await odoo.sql("SELECT id FROM ir_model WHERE model = 'res.partner'");
    const partner = await odoo.execute(admin, 'res.partner', 'create', [{ name: 'Grocer' }]);
    const choice = await odoo.execute(admin, 'web_live.model', 'create', [{ model_id: model?.['id'] }]);
    const page = await stage().logIn(stage().anna);
    await page.open('action-base.action_partner_form?view_type=kanban');
    await page.card('Grocer').waitFor();
    await odoo.execute(admin, 'res.partner', 'write', [[partner], { name: 'Green grocer' }]);
    await page.card('Green grocer').waitFor();
    await odoo.execute(admin, 'web_live.model', 'unlink', [[choice]]);
    await expect.poll(() => page.notifications()).toEqual([expect.stringContaining('not live any more')]);
    await odoo.execute(admin, 'res.partner', 'write', [[partner], { name: 'Butcher' }]);
    await stage().begin();
    await page.open('live-tasks');
    await stage().create(stage().berta, { name: 'Milk' });
    await expect.poll(() => page.names()).toEqual(['Milk']);
    expect(page.errors).toEqual([]);
    await page.leave();
  });
}
