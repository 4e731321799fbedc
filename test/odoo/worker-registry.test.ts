import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { writeOdooPython } from '../support/odoo/odoo-python.ts';
import { Program } from '../support/process/program.ts';
import { makeServerFolder } from '../support/process/server-folder.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const RUNTIME = here('../../addon/web_socketio/odoo14/worker_runtime.py');

const odoo = useOdoo(['web_socketio_test']);
let python: string;

beforeAll(async () => {
  const folder = await makeServerFolder('python');
  python = await writeOdooPython(folder.path);
  return folder.remove;
});

/** Runs tests in Python with the registry of a Python worker. @returns their names, as they passed */
async function run(file: string): Promise<string[]> {
  const { configFile, admin, url } = odoo();
  const args = [here(file), RUNTIME, `${admin.uid}`, '-c', configFile];
  const program = new Program({
    command: python,
    args,
    env: { HOME: '/nonexistent', ODOO_URL: url },
    user: 'ordinary',
  });
  const [code] = await program.ended;
  expect([code, code === 0 ? '' : program.log]).toEqual([0, '']);
  return program.lines.flatMap((line) => /^(test_\w+) /.exec(line)?.[1] ?? []);
}

it('The registry of a Python worker keeps the contract that its stand-in keeps', async () => {
  expect((await run('../worker/registry_contract.py')).length).toBeGreaterThan(8);
});

it('A Python worker calls models as their user, in transactions that are repeated, committed or rolled back', async () => {
  expect((await run('worker/model_calls.py')).length).toBeGreaterThan(8);
});
