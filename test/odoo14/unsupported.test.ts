import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { pressModuleButton } from '../support/browser/module-button.ts';
import { startOdoo } from '../support/odoo/odoo.ts';
import { readCatalog } from '../support/postgres/catalog/database-catalog.ts';
import { startPostgres } from '../support/postgres/postgres.ts';
import { makeServerFolder } from '../support/process/server-folder.ts';

const ADDON = fileURLToPath(new URL('../../addon/web_socketio', import.meta.url));

it('The addon refuses to be installed on a series that it is not made for, with a sentence', async () => {
  const folder = await makeServerFolder('addons');
  onTestFinished(() => folder.remove());
  await cp(ADDON, join(folder.path, 'web_socketio'), { recursive: true });
  const file = join(folder.path, 'web_socketio/series.json');
  const { '14.0': _, ...others } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify(others));
  const postgres = await startPostgres(15);
  onTestFinished(() => postgres.stop());
  const odoo = await startOdoo({ postgres, modules: ['web'], addonsPaths: [folder.path] });
  onTestFinished(() => odoo.stop());
  await expect(pressModuleButton(odoo, 'web_socketio', 'button_immediate_install')).rejects.toMatchObject({
    fault: 'odoo.exceptions.UserError',
    message: expect.stringMatching(
      /web_socketio cannot be installed on the series 14\.0\. It is made for .*19\.0/,
    ),
  });
  expect(await odoo.sql("SELECT to_regclass('web_socketio_session') AS made")).toEqual([{ made: null }]);
});

it("What serves Odoo's WebSocket refuses a series that has none, with a sentence, and stands in nobody's way", async () => {
  const postgres = await startPostgres(15);
  onTestFinished(() => postgres.stop());
  const odoo = await startOdoo({ postgres, modules: ['web_socketio', 'bus'] });
  onTestFinished(() => odoo.stop());
  const before = await readCatalog(odoo);
  await expect(pressModuleButton(odoo, 'web_socketio_bus', 'button_immediate_install')).rejects.toMatchObject(
    {
      fault: 'odoo.exceptions.UserError',
      message: expect.stringMatching(
        /web_socketio_bus cannot be installed on the series 14\.0\. It is made for 16\.0, 17\.0, 18\.0, 19\.0: /,
      ),
    },
  );
  expect(await readCatalog(odoo)).toEqual(before);
  expect(await (await odoo.logIn(odoo.admin)).token()).toMatchObject({ uid: odoo.admin.uid });
});

it('What makes views live refuses a series with other views, with a sentence', async () => {
  const postgres = await startPostgres(15);
  onTestFinished(() => postgres.stop());
  const odoo = await startOdoo({ postgres, modules: ['web_socketio'] });
  onTestFinished(() => odoo.stop());
  const before = await readCatalog(odoo);
  await expect(pressModuleButton(odoo, 'web_live', 'button_immediate_install')).rejects.toMatchObject({
    fault: 'odoo.exceptions.UserError',
    message: expect.stringMatching(
      /web_live cannot be installed on the series 14\.0\. It is made for 17\.0, 18\.0, 19\.0\./,
    ),
  });
  expect(await readCatalog(odoo)).toEqual(before);
});
