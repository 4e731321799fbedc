import { fileURLToPath } from 'node:url';
import { expect, inject, it, onTestFailed } from 'vitest';
import { openPageOf } from '../support/browser/browser-page.ts';
import { runExample } from '../support/documents/example-run.ts';
import { type Example, readExamples, readSmallAddons } from '../support/documents/reference.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';
import { makePythonAddons, startWorker } from './support/python-worker.ts';

const ADDONS = fileURLToPath(new URL('../../addon', import.meta.url));
/** The addon that all examples are written for. */
const ADDON = 'my_addon';
// Of Python 3: dictionaries of Python 2 are in no order, and what an example shows is text.
const [python] = inject('workerPythons').filter(({ version }) => version.startsWith('3'));

const examples = [...readSmallAddons(), ...readExamples()].filter(
  ({ stage, twin, browser, shown }) =>
    stage === 'sidecar' && twin !== '' && browser !== '' && shown.length > 0,
);

it.each(examples.map((example) => [example.title, example] as const))('In Python: %s', (_, example) =>
  run(example),
);

async function run(example: Example): Promise<void> {
  if (python === undefined) throw new Error('There is no Python 3 here.');
  const database = await TestDatabase.create();
  await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('${ADDON}', 'installed')`);
  const started = await TestSidecar.start(database, {}, { addonsPath: [ADDONS] });
  await expect.poll(() => started.log).toContain('Connected to PostgreSQL');
  const folder = await makePythonAddons({ [ADDON]: example.twin });
  const worker = startWorker(python, database, folder, started.url, { root: 'odoo' });
  onTestFailed(() => void process.stderr.write(`${worker.log}${started.log}`));
  await expect.poll(() => worker.log).toContain('is linked to the sidecar');
  await runExample(example, {
    url: started.url,
    db: database.name,
    page: openPageOf(database, started.url).page,
    otherPage: openPageOf(database, started.url, { uid: 3 }).page,
    more: {
      token: await database.addToken({ uid: 2 }),
      stopSidecar: () => started.sidecar.stop(),
    },
    query: (text, values) => database.query(text, values),
  });
  expect(worker.log).not.toMatch(/cannot be imported/);
}
