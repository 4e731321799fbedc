import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LivePage } from '../../support/browser/live-page.ts';
import type { GetStage } from './live-stage.ts';

/** Forms, while others change or delete their record, or look at it. */
export function formCases(stage: GetStage): void {
  let page: LivePage;
  let id: number;

  const change = (values: object) => stage().call(stage().berta, 'write', [id], values);
  const noteOf = async () => {
    const rows = await stage().call(stage().stack.odoo.admin, 'read', [id], ['name', 'note']);
    return rows;
  };

  beforeAll(async () => {
    page = await stage().logIn(stage().anna);
  });
  afterAll(() => page?.leave());
  beforeEach(async () => {
    [id = 0] = await stage().begin({ name: 'Bread', hours: 2 });
    await page.open(`live-tasks/${id}`);
    await expect.poll(() => page.field('name').inputValue()).toBe('Bread');
  });

  describe('A form', () => {
    it('without changes of its own shows what somebody else has saved, and in which field', async () => {
      await page.field('note').focus();
      await change({ hours: 12 });
      await expect.poll(() => page.field('hours').inputValue()).toBe('12');
      expect(await page.page.locator('.o_field_widget[name=size]').textContent()).toBe('Large');
      await expect.poll(() => page.marks()).toEqual(['Berta']);
      expect(await page.notice.count()).toBe(0);
      const focused = await page.page.evaluate(() =>
        document.activeElement?.closest('[name]')?.getAttribute('name'),
      );
      expect(focused).toBe('note');
    });

    it('with changes is left alone, and says who has changed it and when', async () => {
      await page.field('note').fill('Not saved yet');
      await change({ name: 'Rolls' });
      await page.notice.waitFor();
      await expect.poll(() => page.notice.textContent()).toMatch(/Berta changed this record \d+ s ago\./);
      await expect.poll(() => page.notice.textContent()).toContain(' 2 s ago.');
      expect(await page.field('name').inputValue()).toBe('Bread');
      expect(await page.field('note').inputValue()).toBe('Not saved yet');
    });

    it('with changes can be compared with what is stored', async () => {
      await page.field('note').fill('Not saved yet');
      await change({ name: 'Rolls' });
      await page.notice.locator('button', { hasText: 'View' }).click();
      const dialog = page.page.locator('.modal');
      await dialog.locator('[name=name]', { hasText: 'Rolls' }).waitFor();
      expect(await dialog.locator('.modal-footer button').allInnerTexts()).toEqual(['Close']);
      await dialog.locator('.modal-footer button').click();
      await dialog.waitFor({ state: 'detached' });
      expect(await page.field('note').inputValue()).toBe('Not saved yet');
    });

    it('can give up its changes for what is stored', async () => {
      await page.field('note').fill('Not saved yet');
      await change({ name: 'Rolls' });
      await page.notice.locator('button', { hasText: 'Reload' }).click();
      await expect.poll(() => page.field('name').inputValue()).toBe('Rolls');
      expect(await page.field('note').inputValue()).toBe('');
      await expect.poll(() => page.notice.count()).toBe(0);
      expect(await noteOf()).toMatchObject([{ name: 'Rolls', note: false }]);
    });

    it('that is saved has what both have changed, and says nothing more', async () => {
      await page.field('note').fill('Mine');
      await change({ name: 'Rolls' });
      await page.notice.waitFor();
      await page.page.click('.o_form_button_save');
      await expect.poll(() => page.field('name').inputValue()).toBe('Rolls');
      await expect.poll(() => page.notice.count()).toBe(0);
      expect(await noteOf()).toMatchObject([{ name: 'Rolls', note: 'Mine' }]);
      // What it has saved itself is no news to it.
      await page.field('note').fill('Mine, too');
      await change({ hours: 3 });
      await expect.poll(() => page.notice.textContent()).toContain('Berta');
    });

    it('keeps the line that is being edited in a dialog, and says afterwards that somebody changed the record', async () => {
      const [line] = await stage().create(stage().stack.odoo.admin, { name: 'Flour', parent_id: id });
      await page.open(`live-tasks/${id}`);
      const berta = await stage().logIn(stage().berta);
      await berta.open(`live-tasks/${id}`);
      const lines = page.page.locator('.o_field_widget[name=part_ids] .o_data_row');
      await lines.locator('td[name=name]', { hasText: 'Flour' }).click();
      const dialog = page.page.locator('.modal');
      const name = dialog.locator('.o_field_widget[name=name] input');
      await name.fill('Rye flour');
      await name.press('Tab');
      await change({ hours: 12 });
      // Another page shows it: this one would, too.
      await expect.poll(() => berta.field('hours').inputValue()).toBe('12');
      await dialog.locator('.o_form_button_save').first().click();
      await dialog.waitFor({ state: 'detached' });
      await lines.locator('td[name=name]', { hasText: 'Rye flour' }).waitFor();
      await expect.poll(() => page.notice.textContent()).toContain('Berta');
      await page.page.click('.o_form_button_save');
      await expect.poll(() => page.field('hours').inputValue()).toBe('12');
      const stored = await stage().call(stage().stack.odoo.admin, 'read', [line], ['name']);
      expect(stored).toMatchObject([{ name: 'Rye flour' }]);
      await berta.leave();
    });

    it('says that its record is gone, and leads away from it', async () => {
      await page.page.goto(page.page.url().replace(/\/\d+$/, ''));
      await page.whileWatched(() => page.page.click('.o_list_record_open_form_view'));
      await page.field('note').fill('Not saved yet');
      await stage().call(stage().berta, 'unlink', [id]);
      await expect.poll(() => page.notice.textContent()).toMatch(/Berta deleted this record \d+ s ago\./);
      await page.notice.locator('button', { hasText: 'Leave' }).click();
      await page.page.locator('.o_list_view').waitFor();
      expect(await page.names()).toEqual([]);
    });
  });

  describe('Who looks at the same record', () => {
    it('is seen by each, once, until the last of his tabs is closed', async () => {
      const berta = await stage().logIn(stage().berta);
      const path = `live-tasks/${id}`;
      await berta.open(path);
      await expect.poll(() => page.viewers()).toEqual(['Berta']);
      await expect.poll(() => berta.viewers()).toEqual(['Anna']);
      const tab = await berta.openTab();
      await tab.open(path);
      await expect.poll(() => tab.viewers()).toEqual(['Anna']);
      await berta.leave();
      expect(await page.viewers()).toEqual(['Berta']);
      await tab.page.goto(tab.page.url().replace(/\/live-tasks.*$/, ''));
      await expect.poll(() => page.viewers()).toEqual([]);
      await tab.leave();
    });
  });
}
