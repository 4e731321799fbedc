import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../support/browser/browser-page.ts';
import { WebClient } from '../support/browser/web-client.ts';
import {
  LANGUAGES,
  readTrial,
  writeBannerAddon,
  writeExample,
  writeTutorialAddon,
} from '../support/documents/example-addon.ts';
import { runExample } from '../support/documents/example-run.ts';
import { type Example, readExamples, type Stage } from '../support/documents/reference.ts';
import type { OdooSession } from '../support/odoo/odoo-session.ts';
import { type OdooStack, startOdooStack } from '../support/odoo/odoo-stack.ts';
import { startOdooWorker } from '../support/odoo/odoo-worker.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import type { Program } from '../support/process/program.ts';
import { makeServerFolder, type ServerFolder } from '../support/process/server-folder.ts';
import { series } from '../support/series/series.ts';

const ACTIONS = 'odoo.__WOWL_DEBUG__.root.env.services.action';
const WEB_CLIENT_READY = `globalThis.odoo?.__WOWL_DEBUG__ && ${ACTIONS}.currentController !== undefined`;
/** A list, from which one goes to the form and from one record to the next. */
const SHOW_PARTNERS = `${ACTIONS}.doAction({
  type: 'ir.actions.act_window',
  name: 'Partners',
  res_model: 'res.partner',
  domain: [['id', 'in', [IDS]]],
  views: [[false, 'list'], [false, 'form']],
})`;

const OPEN_PARTNER = `new Promise((resolve) =>
  odoo.loader.modules.get('@web_longpolling/longpolling_socket')
    .longpolling_socket.emit('partner_banner.open', ID, resolve))`;

const WITH_ODOO: readonly Stage[] = ['odoo', 'web client'];
const examples = readExamples().filter(({ stage }) => WITH_ODOO.includes(stage));
const of = (stage: Stage) => examples.filter((example) => example.stage === stage);

let folder: ServerFolder;
let stack: OdooStack;
let session: OdooSession;
let client: WebClient;
let worker: Program;

describe.each(LANGUAGES)('In %s', (language) => {
  beforeAll(async () => {
    folder = await makeServerFolder('addons');
    await writeTutorialAddon(folder.path, language);
    await writeBannerAddon(folder.path, language);
    const addons = examples.map((_, index) => `example_${index}`);
    for (const [index, example] of examples.entries()) {
      await writeExample(folder.path, `example_${index}`, example, language);
    }
    const all = ['my_addon', 'partner_banner', ...addons];
    stack = await startOdooStack(all, [folder.path]);
    if (language === 'Python') {
      worker = startOdooWorker(stack.odoo, { sidecars: [stack.sidecarUrl] });
      await worker.waitForLine(/is linked to the sidecar/);
    }
    session = await stack.odoo.logIn(stack.odoo.admin);
    client = await WebClient.logIn(stack.chromium, stack.nginx.url, stack.odoo.admin);
  });

  afterAll(async () => {
    await worker?.stop();
    await stack?.stop();
    await folder?.remove();
  });

  showLogOfFailures(series.name, () => stack.odoo.server);
  showLogOfFailures('The sidecar', () => stack.sidecar);
  if (language === 'Python') showLogOfFailures('The Python worker', () => worker);

  for (const example of of('odoo')) it(example.title, () => run(example));

  for (const { title, shown } of of('web client')) {
    it(title, async () => {
      await expect.poll(async () => (await client.notifications()).sort()).toEqual([...shown].sort());
    });
  }

  it('docs/tutorial.md: its addon shows what is sent to the user, and nothing to anybody else', async () => {
    await runPython(readTrial().replace('to_id=2', 'to_id=1'));
    await runPython(readTrial());
    await client.page.waitForSelector('.o_notification:has-text("Hello")');
    expect((await client.notifications()).filter((text) => text.includes('Hello'))).toEqual(['Hello']);
  });

  it('docs/tutorial.md: who has a partner open sees who has changed it, before it is watched and afterwards', async () => {
    const { odoo, nginx } = stack;
    const tab = await client.openTab();
    const { page } = tab;
    const banner = page.locator('.o_partner_banner');
    // In a page `write_date` has whole seconds, and the changes below come within one.
    const age = (id: number) =>
      odoo.sql("UPDATE res_partner SET write_date = write_date - interval '1 hour' WHERE id = $1", [id]);
    const create = async (name: string) => {
      const id = Number(await odoo.execute(odoo.admin, 'res.partner', 'create', [{ name }]));
      await age(id);
      return id;
    };
    // As Odoo's own user 1.
    const change = (id: number) =>
      runPython(`env['res.partner'].with_user(1).browse(${id}).write({'comment': 'changed'})`);
    const [first, second] = [await create('First partner'), await create('Second partner')];

    // Without a token the page has no socket yet.
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    await page.route('**/web_socketio/token', (route) => gate.then(() => route.continue()));
    await page.goto(`${nginx.url}/odoo`);
    await page.waitForFunction(WEB_CLIENT_READY);
    await page.evaluate(SHOW_PARTNERS.replace('IDS', `${first}, ${second}`));
    await page.click('.o_data_row:has-text("First partner") .o_data_cell');
    await page.waitForSelector('.o_form_view .o_pager_next');
    await change(first);
    expect(await tab.isConnected()).toBe(false);
    expect(await banner.count()).toBe(0);
    open();
    await banner.waitFor();
    expect(await banner.textContent()).toMatch(/^\s*\w+ has changed this partner\.\s+Reload\s*$/);

    await age(first);
    await banner.locator('a').click();
    await banner.waitFor({ state: 'detached' });
    await change(first);
    await banner.waitFor();

    // Under the notifications of the examples.
    await page.dispatchEvent('.o_pager_next', 'click');
    await banner.waitFor({ state: 'detached' });
    await change(second);
    await banner.waitFor();

    // What its user saves is no change of somebody else, and shows the record as it is.
    await page.fill('.o_field_widget[name=name] :is(input, textarea)', 'Another name');
    await page.dispatchEvent('.o_form_button_save', 'click');
    await banner.waitFor({ state: 'detached' });

    // Odoo's `read` of the id alone finds a record that is still to come.
    const refused = await page.evaluate(OPEN_PARTNER.replace('ID', '999999'));
    expect(refused).toMatchObject({ ok: false, code: 'missing_error' });
    expect(tab.errors.filter((error) => !series.webClient.knownErrors.test(error))).toEqual([]);
  });
});

async function run(example: Example): Promise<void> {
  const open = () => openPage(stack.sidecarUrl, { fetchToken: (known) => session.renew(known) }).page;
  await runExample(example, {
    url: stack.sidecarUrl,
    db: stack.odoo.database,
    page: open(),
    otherPage: open(),
    more: { odoo: stack.odoo.url },
    query: (text, values) => stack.odoo.sql(text, values),
  });
}

/** Runs a statement in Odoo, in a transaction of its own. */
async function runPython(code: string): Promise<void> {
  const { odoo } = stack;
  const [model] = await odoo.sql("SELECT id FROM ir_model WHERE model = 'res.users'");
  const values = { name: 'docs/tutorial.md', model_id: model?.['id'], state: 'code', code };
  const action = await odoo.execute(odoo.admin, 'ir.actions.server', 'create', [values]);
  await odoo.execute(odoo.admin, 'ir.actions.server', 'run', [[action]]);
}
