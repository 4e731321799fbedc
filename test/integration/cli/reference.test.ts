import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openPageOf } from '../../support/browser/browser-page.ts';
import { runExample } from '../../support/documents/example-run.ts';
import {
  type Example,
  readExamples,
  readPorted,
  readSmallAddons,
} from '../../support/documents/reference.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makeAddons, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));
/** The addon that all examples are written for. */
const ADDON = 'my_addon';

const examples = [...readSmallAddons(), ...readPorted(), ...readExamples()];
for (const example of examples.filter(({ stage, server }) => stage === 'sidecar' && server !== '')) {
  it(example.title, () => run(example));
}

async function run(example: Example): Promise<void> {
  const database = await TestDatabase.create();
  await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('${ADDON}', 'installed')`);
  const addonsPath = [await makeAddons({ [ADDON]: example.server }), ADDONS];
  const started = await TestSidecar.start(database, {}, { addonsPath });
  await expect.poll(() => started.log).toContain('Connected to PostgreSQL');
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
  for (const line of example.logged) await expect.poll(() => started.log).toContain(line);
  // An example that does something wrong on purpose says what the log says then.
  const wrong = started.log
    .split('\n')
    .filter((line) => /(?:WARNING|ERROR) (?!.*odoo_unreachable)/.test(line));
  expect(wrong.filter((line) => !example.logged.some((known) => line.includes(known)))).toEqual([]);
}
