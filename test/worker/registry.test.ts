import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { makePythonAddons, standInEnv } from './support/python-worker.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describe.each(inject('workerPythons'))('In Python $version', (python) => {
  it('the stand-in keeps the contract that real registries keep', async () => {
    const database = await TestDatabase.create();
    const args = [here('registry_contract.py'), here('stand_in/runtime.py'), '2'];
    const { stdout } = await promisify(execFile)(
      python.command,
      [...args, '-c', here('install.sh'), '-d', database.name],
      { env: { ...process.env, ...standInEnv(python, database, await makePythonAddons({}), 'openerp') } },
    );
    expect(stdout).toMatch(/^OK$/m);
  });
});
