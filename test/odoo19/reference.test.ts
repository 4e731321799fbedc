import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPage } from '../support/browser-page.ts';
import { readTrial, writeExample, writeOldAddon, writeTutorialAddon } from '../support/example-addon.ts';
import { runExample } from '../support/example-run.ts';
import { showLogOfFailures } from '../support/failure-log.ts';
import type { OdooSession } from '../support/odoo-session.ts';
import { type OdooStack, startOdooStack } from '../support/odoo-stack.ts';
import { type Example, readExamples, type Stage } from '../support/reference.ts';
import { series } from '../support/series.ts';
import { makeServerFolder, type ServerFolder } from '../support/server-folder.ts';
import { WebClient } from '../support/web-client.ts';

const WITH_ODOO: readonly Stage[] = ['odoo', 'web client'];
const examples = readExamples().filter(({ stage }) => WITH_ODOO.includes(stage));
const of = (stage: Stage) => examples.filter((example) => example.stage === stage);

let folder: ServerFolder;
let stack: OdooStack;
let session: OdooSession;
let client: WebClient;

beforeAll(async () => {
  folder = await makeServerFolder('addons');
  await writeTutorialAddon(folder.path);
  await writeOldAddon(folder.path, 'addon_of_2013');
  const addons = examples.map((_, index) => `example_${index}`);
  for (const [index, example] of examples.entries()) {
    await writeExample(folder.path, `example_${index}`, example);
  }
  stack = await startOdooStack(['my_addon', 'addon_of_2013', ...addons], [folder.path]);
  session = await stack.odoo.logIn(stack.odoo.admin);
  client = await WebClient.logIn(stack.chromium, stack.nginx.url, stack.odoo.admin);
});

afterAll(async () => {
  await stack?.stop();
  await folder?.remove();
});

showLogOfFailures(series.name, () => stack.odoo.server);
showLogOfFailures('The sidecar', () => stack.sidecar);

for (const example of of('odoo')) it(example.title, () => run(example));

for (const { title, shown } of of('web client')) {
  it(title, async () => {
    await expect.poll(async () => (await client.notifications()).sort()).toEqual([...shown].sort());
  });
}

it('TUTORIAL.md: its addon shows what is sent to the user, and nothing to anybody else', async () => {
  await runPython(readTrial().replace('to_id=2', 'to_id=1'));
  await runPython(readTrial());
  await client.page.waitForSelector('.o_notification:has-text("Hello")');
  expect((await client.notifications()).filter((text) => text.includes('Hello'))).toEqual(['Hello']);
});

it('PORTING.md: a Python namespace of 2013 loads, and Odoo warns of it once', () => {
  const warnings = stack.odoo.server.log.split('\n').filter((line) => line.includes('PORTING.md'));
  expect(warnings).toEqual([
    expect.stringMatching(/ WARNING .*'addon_of_2013'.*handler send_reminders of 'reminder' \(connect\)/),
  ]);
});

async function run(example: Example): Promise<void> {
  const open = () => openPage(stack.sidecarUrl, { fetchToken: (token) => session.token(token) }).page;
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
  const values = { name: 'TUTORIAL.md', model_id: model?.['id'], state: 'code', code };
  const action = await odoo.execute(odoo.admin, 'ir.actions.server', 'create', [values]);
  await odoo.execute(odoo.admin, 'ir.actions.server', 'run', [[action]]);
}
