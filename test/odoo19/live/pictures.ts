import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { LivePage } from '../../support/browser/live-page.ts';
import type { GetStage } from './live-stage.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../../.cache/screenshots', import.meta.url));
const [DESKTOP, PHONE] = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

/** What people see before and after, on a desk and on a telephone: to be looked at. */
export function pictureCases(stage: GetStage): void {
  const tasks = [
    { name: 'Order bread for Monday', sequence: 1, hours: 2 },
    { name: 'Repair the coffee machine', sequence: 2, hours: 4 },
    { name: 'Count the stock', sequence: 3, hours: 9 },
    { name: 'Call the grocer', sequence: 4, hours: 1, state: 'doing' },
    { name: 'Clean the window', sequence: 5, hours: 3, state: 'doing' },
    { name: 'Pay the rent', sequence: 6, hours: 1, state: 'done' },
  ];

  it.each([
    ['list', 'live-tasks'],
    ['kanban', 'live-tasks?view_type=kanban'],
  ])('A %s before and after somebody else has changed, made and moved records', async (name, path) => {
    await mkdir(SCREENSHOTS, { recursive: true });
    const ids = await stage().begin(...tasks);
    const page = await stage().logIn(stage().anna);
    await page.open(path);
    for (const [size, viewport] of [
      ['', DESKTOP],
      ['-phone', PHONE],
    ] as const) {
      await page.page.setViewportSize(viewport);
      await picture(page, `live-${name}${size}-before`);
      const [, coffee] = ids;
      await stage().call(stage().berta, 'write', [coffee], {
        hours: size === '' ? 12 : 13,
        name: `Repair the mill${size}`,
      });
      await stage().create(stage().berta, { name: `Buy milk${size}`, sequence: 3 });
      await page.page.locator('.o_web_live_changed', { hasText: `Buy milk${size}` }).waitFor();
      await page.page.locator('[data-web-live-name=Berta]').first().waitFor();
      await picture(page, `live-${name}${size}-after`);
      expect(await page.page.locator('.o_web_live_changed').count()).toBeGreaterThan(0);
    }
    await page.leave();
  });

  it('A form that others look at, and that somebody else has changed', async () => {
    const [id] = await stage().begin(...tasks);
    const [page, berta] = [await stage().logIn(stage().anna), await stage().logIn(stage().berta)];
    for (const one of [page, berta]) await one.open(`live-tasks/${id}`);
    await expect.poll(() => page.viewers()).toEqual(['Berta']);
    await picture(page, 'live-form-before');
    await stage().call(stage().berta, 'write', [id], { hours: 12, note: 'The baker opens at six.' });
    await expect.poll(() => page.marks()).toEqual(['Berta']);
    await picture(page, 'live-form-after');
    await page.field('name').fill('Order rolls for Monday');
    await stage().call(stage().berta, 'write', [id], { hours: 14 });
    await expect.poll(() => page.notice.textContent()).toContain('Berta');
    for (const [size, viewport] of [
      ['', DESKTOP],
      ['-phone', PHONE],
    ] as const) {
      await page.page.setViewportSize(viewport);
      await page.notice.waitFor();
      await picture(page, `live-form-changed${size}`);
    }
    await page.page.setViewportSize(DESKTOP);
    await page.notice.locator('button', { hasText: 'View' }).click();
    await page.page.locator('.modal [name=hours]', { hasText: '14' }).waitFor();
    await picture(page, 'live-form-view');
    await page.page.locator('.modal-footer button').first().click();
    await stage().call(stage().berta, 'unlink', [id]);
    await expect.poll(() => page.notice.textContent()).toContain('deleted');
    await picture(page, 'live-form-gone');
    await page.page.setViewportSize(PHONE);
    await picture(page, 'live-form-gone-phone');
    await page.leave();
    await berta.leave();
  });

  async function picture({ page }: LivePage, name: string): Promise<void> {
    await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
  }
}
