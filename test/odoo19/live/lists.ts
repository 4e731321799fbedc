import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LivePage } from '../../support/browser/live-page.ts';
import type { GetStage } from './live-stage.ts';

const THREE = [
  { name: 'Bread', sequence: 1 },
  { name: 'Coffee', sequence: 2 },
  { name: 'Tea', sequence: 3 },
];

/** Lists, while others change what they show. */
export function listCases(stage: GetStage): void {
  let page: LivePage;
  let ids: number[];

  beforeAll(async () => {
    page = await stage().logIn(stage().anna);
  });
  afterAll(() => page?.leave());
  beforeEach(async () => {
    ids = await stage().begin(...THREE);
    await page.open('live-tasks');
    await expect.poll(() => page.names()).toEqual(['Bread', 'Coffee', 'Tea']);
  });

  describe('A list shows', () => {
    it('what somebody else has changed, who did it, and what Odoo computes of it', async () => {
      const { berta } = stage();
      await stage().call(berta, 'write', [ids[1]], { name: 'Espresso', hours: 9 });
      await expect.poll(() => page.names()).toEqual(['Bread', 'Espresso', 'Tea']);
      await expect.poll(() => page.marks()).toEqual(['Berta']);
      expect(await page.row('Espresso').locator('td[name=size]').textContent()).toBe('Large');
      expect(await page.page.locator('tfoot').textContent()).toContain('9');
      await expect.poll(() => page.marks()).toEqual([]);
    });

    it('the name of who did it also in a cell that cuts off its text', async () => {
      const cell = page.row('Coffee').locator('td[name=name]');
      const overflow = () => cell.evaluate((element) => getComputedStyle(element).overflow);
      expect(await overflow()).toBe('hidden');
      await cell.evaluate((element) => element.setAttribute('data-web-live-name', 'Berta'));
      expect(await overflow()).toBe('visible');
    });

    it('what somebody else has made', async () => {
      await stage().create(stage().berta, { name: 'Milk', sequence: 2 });
      await expect.poll(() => page.names()).toEqual(['Bread', 'Coffee', 'Milk', 'Tea']);
      await expect.poll(() => page.marks()).toEqual(['Berta']);
    });

    it('no more what somebody else has archived or deleted', async () => {
      await stage().call(stage().berta, 'write', [ids[0]], { active: false });
      await expect.poll(() => page.names()).toEqual(['Coffee', 'Tea']);
      await stage().call(stage().berta, 'unlink', [ids[2]]);
      await expect.poll(() => page.names()).toEqual(['Coffee']);
    });

    it('what SQL has changed, made and deleted, without a name', async () => {
      await stage().sql("UPDATE TASKS SET name = 'Cocoa' WHERE id = $1", ids[1]);
      await expect.poll(() => page.names()).toEqual(['Bread', 'Cocoa', 'Tea']);
      await page.page.locator('.o_web_live_changed').waitFor();
      expect(await page.marks()).toEqual([]);
      await stage().sql('DELETE FROM TASKS WHERE id = $1', ids[0]);
      await expect.poll(() => page.names()).toEqual(['Cocoa', 'Tea']);
      await stage().sql(
        "INSERT INTO TASKS (name, state, active, company_id, sequence) VALUES ('Salt', 'todo', true, 1, 9)",
      );
      await expect.poll(() => page.names()).toEqual(['Cocoa', 'Tea', 'Salt']);
    });

    it('nothing of a transaction that is rolled back', async () => {
      const { berta } = stage();
      const before = page.frames.length;
      await expect(stage().call(berta, 'create_and_fail', { name: 'Never' })).rejects.toThrow('rolled back');
      // What is committed later comes later.
      await stage().call(berta, 'write', [ids[2]], { name: 'Green tea' });
      await expect.poll(() => page.names()).toEqual(['Bread', 'Coffee', 'Green tea']);
      const events = page.frames.slice(before).filter((frame) => frame.includes('"changed"'));
      expect(events).toHaveLength(1);
      expect(events[0]).toContain(`"ids":[${ids[2]}]`);
    });

    it('its first record, where Odoo showed none', async () => {
      await stage().begin();
      await expect.poll(() => page.names()).toEqual([]);
      await stage().create(stage().berta, { name: 'Sugar' });
      await expect.poll(() => page.names()).toEqual(['Sugar']);
    });

    it('all of what many statements changed, in few loads', async () => {
      const loads = () => page.requests('web_search_read');
      const before = loads();
      for (let round = 1; round <= 30; round += 1) {
        await stage().call(stage().berta, 'write', [ids[0]], { name: `Bread ${round}` });
      }
      await expect.poll(() => page.names()).toEqual(['Bread 30', 'Coffee', 'Tea']);
      // Each is at least a second after the one before it, and thirty calls take Odoo less than ten.
      expect(loads() - before).toBeLessThan(12);
    });
  });

  describe('A list keeps', () => {
    it('what is selected, and shows how many, when a selected row and another one change', async () => {
      await page.row('Coffee').locator('input[type=checkbox]').check();
      await stage().call(stage().berta, 'write', [ids[1]], { name: 'Espresso' });
      await stage().create(stage().berta, { name: 'Milk', sequence: 0 });
      await expect.poll(() => page.names()).toEqual(['Milk', 'Bread', 'Espresso', 'Tea']);
      const checked = page.page.locator('.o_data_row:has(input:checked) td[name=name]');
      expect(await checked.allInnerTexts()).toEqual(['Espresso']);
      expect(await page.page.locator('.o_selection_box').textContent()).toContain('1');
      // The box belongs to the record that is shown now, not to what Odoo had before.
      await page.row('Espresso').locator('input[type=checkbox]').uncheck();
      await page.page.locator('.o_selection_box').waitFor({ state: 'detached' });
    });

    it('the row in which the keyboard is', async () => {
      await page.row('Coffee').locator('td.o_list_record_selector').focus();
      await stage().call(stage().berta, 'write', [ids[1]], { name: 'Espresso' });
      await expect.poll(() => page.names()).toContain('Espresso');
      expect(await page.page.evaluate(() => document.activeElement?.closest('tr')?.textContent)).toContain(
        'Espresso',
      );
    });

    it('a row that is being edited until its user has done with it', async () => {
      await page.row('Coffee').locator('td[name=name]').click();
      await page.field('name').fill('Coffee for');
      await stage().call(stage().berta, 'write', [ids[2]], { name: 'Green tea' });
      const changed = () =>
        page.frames.some((frame) => frame.includes('"changed"') && frame.includes(`${ids[2]}`));
      await expect.poll(changed).toBe(true);
      await page.field('name').pressSequentially(' two');
      expect(await page.names()).not.toContain('Green tea');
      await page.page.click('.o_list_button_save');
      await expect.poll(() => page.names()).toEqual(['Bread', 'Coffee for two', 'Green tea']);
    });

    it('up with changes after its user has changed the search while it was being loaded', async () => {
      await page.page.click('.o_searchview_dropdown_toggler');
      const filter = page.page.locator('.o_filter_menu .o_menu_item', { hasText: 'More than 8 hours' });
      await filter.waitFor();
      const load = await page.holdLoad(() => stage().call(stage().berta, 'write', [ids[1]], { hours: 9 }));
      await filter.click();
      await expect.poll(() => page.names()).toEqual(['Coffee']);
      await load.end();
      await stage().call(stage().berta, 'write', [ids[2]], { hours: 12 });
      await expect.poll(() => page.names()).toEqual(['Coffee', 'Tea']);
    });

    it('a row that its user began to edit with the keyboard while the list was being loaded', async () => {
      await page.row('Coffee').locator('td[name=name]').focus();
      const load = await page.holdLoad(() =>
        stage().call(stage().berta, 'write', [ids[2]], { name: 'Green tea' }),
      );
      await page.page.keyboard.press('Enter');
      await page.field('name').waitFor();
      await load.end();
      expect(await page.field('name').inputValue()).toBe('Coffee');
      await page.field('name').fill('Coffee for two');
      await page.page.click('.o_list_button_save');
      await expect.poll(() => page.names()).toEqual(['Bread', 'Coffee for two', 'Green tea']);
    });

    it('folded and open groups, and where it is scrolled to', async () => {
      const many = Array.from({ length: 60 }, (_, index) => ({
        name: `Box ${index}`,
        state: 'doing',
        sequence: 20,
      }));
      const [first] = await stage().create(stage().stack.odoo.admin, ...many);
      await page.open('live-tasks');
      await page.page.click('.o_searchview_dropdown_toggler');
      await page.page.click('.o_group_by_menu .o_menu_item:has-text("State")');
      await page.page.keyboard.press('Escape');
      const group = (title: string) => page.page.locator('.o_group_header', { hasText: title });
      await page.whileWatched(() => group('In progress').click());
      await page.row('Box 59').waitFor();
      const scrolled = () => page.page.locator('.o_list_renderer').evaluate((list) => list.scrollTop);
      await page.page.locator('.o_list_renderer').evaluate((list) => list.scrollTo({ top: 700 }));
      const before = await scrolled();
      expect(before).toBeGreaterThan(500);
      await stage().call(stage().berta, 'write', [first], { name: 'Box A' });
      await expect.poll(() => page.names()).toContain('Box A');
      expect(await scrolled()).toBe(before);
      expect(await group('To do').getAttribute('class')).not.toContain('o_group_open');
      expect(await group('In progress').getAttribute('class')).toContain('o_group_open');
    });
  });
}
