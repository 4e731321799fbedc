import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebClient } from '../../support/browser/web-client.ts';
import { type OdooStack, startOdooStack } from '../../support/odoo/odoo-stack.ts';
import { showLogOfFailures } from '../../support/process/failure-log.ts';
import { series } from '../../support/series/series.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../../.cache/screenshots', import.meta.url));

let stack: OdooStack;
let admin: WebClient;

beforeAll(async () => {
  stack = await startOdooStack(['web_live', 'web_longpolling']);
  admin = await WebClient.logIn(stack.chromium, stack.nginx.url, stack.odoo.admin);
  await mkdir(SCREENSHOTS, { recursive: true });
});
afterAll(() => stack?.stop());
showLogOfFailures('Odoo 19', () => stack.odoo.server);

it('Settings → Technical → Live Models: an administrator chooses a model, has missing triggers made, and is told why another one cannot be live', async () => {
  const { page } = admin;
  const { rows, openTechnicalMenu } = series.webClient;
  const choose = async (model: string) => {
    await page.click('.o_list_button_add');
    await page.fill(`${rows} [name=model_id] input`, model);
    await page.click(`.o-autocomplete--dropdown-item:has-text("${model}")`);
    await page.click('.o_list_button_save');
  };
  await openTechnicalMenu(page, stack.nginx.url, 'web_live.web_live_model_menu');
  await page.waitForSelector('.o_view_nocontent:has-text("Choose a model")');
  await choose('Partner Tags');
  const row = page.locator(rows, { hasText: 'res.partner.category' });
  await row.locator('[name=state]:has-text("Live")').waitFor();

  await choose('Industry');
  await page
    .locator(rows, { hasText: 'res.partner.industry' })
    .locator('[name=state]:has-text("Live")')
    .waitFor();
  await stack.odoo.sql('DROP TRIGGER web_live_update_res_partner_industry ON res_partner_industry');
  await page.reload();
  const waiting = page.locator(rows, { hasText: 'Triggers are missing' });
  await waiting.waitFor();
  await page.screenshot({ path: `${SCREENSHOTS}/live-models.png` });
  await waiting.locator('button[name=action_try_again]').click();
  await waiting.waitFor({ state: 'detached' });

  await choose('Image Mixin');
  await page.waitForSelector(
    '.modal:has-text("is abstract and has no records: choose a model that inherits from it.")',
  );
  await page.screenshot({ path: `${SCREENSHOTS}/live-models-refused.png` });
  await page.click('.modal button.btn-primary');
  expect(await stack.odoo.sql('SELECT count(*)::int AS count FROM web_live_model')).toEqual([{ count: 2 }]);
  expect(admin.errors).toEqual([]);
});
