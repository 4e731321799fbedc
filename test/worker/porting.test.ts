import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it, onTestFailed } from 'vitest';
import { openPageOf } from '../support/browser/browser-page.ts';
import { runExample } from '../support/documents/example-run.ts';
import { readPorted } from '../support/documents/reference.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';
import { makePythonAddons, startWorker } from './support/python-worker.ts';

const ADDONS = fileURLToPath(new URL('../../addon', import.meta.url));
/** On Odoo the package has another name, and the files of 2013 are the same. */
const ROOTS = ['openerp', 'odoo'] as const;

describe.each(inject('workerPythons'))('In Python $version', (python) => {
  describe.each(ROOTS)('on a server whose package is %s', (root) => {
    it.each(readPorted())('$title, as it was written in 2013', async (example) => {
      const database = await TestDatabase.create();
      await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('my_addon', 'installed')`);
      const started = await TestSidecar.start(database, {}, { addonsPath: [ADDONS] });
      const folder = await makePythonAddons({ my_addon: example.python });
      const worker = startWorker(python, database, folder, started.url, { root });
      onTestFailed(() => void process.stderr.write(`${started.log}\n${worker.log}\n`));
      await expect.poll(() => worker.log).toContain(`'${database.name}' is linked to the sidecar`);
      await runExample(example, {
        ...{ url: started.url, db: database.name, more: {} },
        page: openPageOf(database, started.url).page,
        otherPage: openPageOf(database, started.url, { uid: 3 }).page,
        query: (text, values) => database.query(text, values),
      });
      expect(`${started.log}\n${worker.log}`).not.toMatch(/WARNING (?!.*odoo_unreachable)|ERROR/);
    });
  });
});
