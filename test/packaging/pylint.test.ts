import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ADDONS = here('../../addon');

/** What pylint says of addons, a line each. */
async function pylint(folder: string, addons: readonly string[]): Promise<string[]> {
  const args = ['-m', 'pylint', `--rcfile=${here('pylintrc')}`, ...addons];
  const env = {
    ...process.env,
    PYTHONPATH: here('../../.cache/packaging/python'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  // Its exit code is what it has found.
  const { stdout, stderr } = await promisify(execFile)('/usr/bin/python3', args, { cwd: folder, env }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('***'));
}

it("pylint-odoo finds nothing in the addons by OCA's rules", async () => {
  expect(await pylint(ADDONS, await readdir(ADDONS))).toEqual([]);
});

it('pylint-odoo would find something: the addon of the tests is not written by these rules', async () => {
  const lines = await pylint(here('../odoo/addons'), ['web_socketio_test']);
  expect(lines).toContainEqual(expect.stringMatching(/__manifest__\.py:\d+: missing-readme: /));
});
