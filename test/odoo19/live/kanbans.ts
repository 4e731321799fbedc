import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LivePage } from '../../support/browser/live-page.ts';
import type { GetStage } from './live-stage.ts';

/** A kanban in columns, in which somebody else drags. */
export function kanbanCases(stage: GetStage): void {
  let anna: LivePage;
  let berta: LivePage;
  let ids: number[];

  const cards = (page: LivePage, title: string) =>
    page.column(title).locator('.o_kanban_record .fw-bold').allInnerTexts();

  beforeAll(async () => {
    anna = await stage().logIn(stage().anna);
    berta = await stage().logIn(stage().berta);
  });
  afterAll(async () => {
    await anna?.leave();
    await berta?.leave();
  });
  beforeEach(async () => {
    ids = await stage().begin(
      { name: 'Bread', sequence: 1, hours: 2 },
      { name: 'Coffee', sequence: 2, hours: 12 },
      { name: 'Tea', state: 'doing', sequence: 3, hours: 3 },
    );
    for (const page of [anna, berta]) await page.open('live-tasks?view_type=kanban');
  });

  describe('A kanban shows', () => {
    it('in which column somebody else has dropped a card, with its counter and bar', async () => {
      await berta.drag('Coffee', 'In progress');
      await expect.poll(() => cards(anna, 'In progress')).toContain('Coffee');
      expect(await cards(anna, 'To do')).toEqual(['Bread']);
      await expect.poll(() => anna.marks()).toContain('Berta');
      const count = anna.column('In progress').locator('.o_kanban_counter_side, .o_animated_number');
      await expect.poll(() => count.first().textContent()).toBe('15');
      await anna.column('In progress').locator('.progress-bar.bg-danger').waitFor();
    });

    it('a new card, a changed one, and one less', async () => {
      await stage().create(stage().berta, { name: 'Milk', state: 'done' });
      await expect.poll(() => cards(anna, 'Done')).toEqual(['Milk']);
      await stage().call(stage().berta, 'write', [ids[0]], { name: 'Rolls', hours: 20 });
      await expect.poll(() => anna.card('Rolls').textContent()).toContain('Large');
      await stage().call(stage().berta, 'unlink', [ids[2]]);
      await expect.poll(() => cards(anna, 'In progress')).toEqual([]);
    });
  });

  describe('A kanban keeps', () => {
    it('its folded columns, and the card in which the keyboard is, wherever that goes', async () => {
      await anna.fold('Done');
      await anna.card('Bread').focus();
      await stage().call(stage().berta, 'write', [ids[0]], { state: 'doing' });
      await expect.poll(() => cards(anna, 'In progress')).toContain('Bread');
      expect(
        await anna.page.evaluate(() => document.activeElement?.closest('.o_kanban_record')?.textContent),
      ).toContain('Bread');
      expect(await anna.column('Done').getAttribute('class')).toContain('o_column_folded');
    });

    it('a card that is being dragged, and the one that is being made', async () => {
      const drop = await anna.take('Bread');
      await stage().call(stage().berta, 'write', [ids[1]], { name: 'Espresso' });
      await expect.poll(() => anna.frames.some((frame) => frame.includes(`"ids":[${ids[1]}]`))).toBe(true);
      expect(await cards(anna, 'To do')).toContain('Coffee');
      await drop('In progress');
      await expect.poll(() => cards(anna, 'In progress')).toContain('Bread');
      await expect.poll(() => cards(anna, 'To do')).toEqual(['Espresso']);

      await anna.page.click('.o-kanban-button-new');
      await anna.page.fill(
        '.o_kanban_quick_create [name=display_name] input, .o_kanban_quick_create input',
        'Jam',
      );
      await stage().call(stage().berta, 'write', [ids[1]], { name: 'Mocha' });
      await expect
        .poll(() => anna.frames.filter((frame) => frame.includes(`"ids":[${ids[1]}]`)).length)
        .toBe(2);
      expect(await anna.page.locator('.o_kanban_quick_create input').first().inputValue()).toBe('Jam');
      await anna.page.keyboard.press('Enter');
      await anna.card('Jam').waitFor();
      // Odoo opens the next one at once.
      await anna.page.locator('.o_kanban_quick_create input').first().press('Escape');
      await anna.page.locator('.o_kanban_quick_create').waitFor({ state: 'detached' });
      await expect.poll(() => cards(anna, 'To do')).toEqual(expect.arrayContaining(['Jam', 'Mocha']));
    });
  });
}
