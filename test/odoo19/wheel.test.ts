import { execFile } from 'node:child_process';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Odoo, startOdoo } from '../support/odoo/odoo.ts';
import { startPostgres } from '../support/postgres/postgres.ts';
import { requireProgram } from '../support/process/installed.ts';
import { Program } from '../support/process/program.ts';
import { makeServerFolder } from '../support/process/server-folder.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LAUNCHER = here('../../.cache/odoo19/odoo');
const TOOLS = here('../../.cache/packaging/python');
const WITH_SCRIPT = ['web_live', 'web_longpolling', 'web_socketio', 'web_socketio_demo'];
const ADDONS = [...WITH_SCRIPT, 'web_socketio_bus'].sort();
const PYTHON = '/usr/bin/python3';

/** Runs a program, with Debian's Python as `python3`. @returns its output */
async function run(command: string, args: readonly string[], pythonPath: string): Promise<string> {
  const env = { ...process.env, PATH: `/usr/bin:${process.env['PATH']}`, PYTHONPATH: pythonPath };
  const { stdout } = await promisify(execFile)(command, args, { cwd: here('../..'), env });
  return stdout;
}

/** What the beginning has made, and the functions that end it. */
const releases: (() => Promise<void>)[] = [];
let odoo: Odoo;
let wheels: string[];
let site: string;
let shown: string;
let program: string;

beforeAll(async () => {
  const folder = await makeServerFolder('wheels');
  releases.push(() => folder.remove());
  await run(process.execPath, ['--import', 'tsx', 'wheels.ts', '19.0', folder.path], TOOLS);
  wheels = await readdir(folder.path);

  // A virtual environment, which needs no network. Without dependencies: of those that Odoo itself names, Debian has one in
  // another package, so that pip would look for it.
  const launcher = await readFile(await requireProgram(LAUNCHER), 'utf8');
  const venv = join(folder.path, 'venv');
  const python = join(venv, 'bin/python');
  await run(PYTHON, ['-m', 'venv', '--without-pip', '--system-site-packages', venv], '');
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-index', '--find-links', folder.path];
  await run(python, [...pip, ...ADDONS.map((addon) => `odoo-addon-${addon}`)], TOOLS);
  shown = await run(python, ['-m', 'pip', 'show', 'odoo-addon-web_socketio_demo'], TOOLS);
  site = (await run(python, ['-c', 'import site; print(site.getsitepackages()[0])'], '')).trim();
  program = join(folder.path, 'odoo');
  await writeFile(program, launcher.replace(`exec ${PYTHON}`, `exec ${python}`));
  await chmod(program, 0o755);

  const postgres = await startPostgres(15);
  releases.push(() => postgres.stop());
  odoo = await startOdoo({
    postgres,
    modules: ['web_socketio_demo', 'web_socketio_bus', 'web_live'],
    program,
    ownAddons: [],
  });
  releases.push(() => odoo.stop());
});
afterAll(async () => {
  for (const release of releases.reverse()) await release();
});

it('There is a wheel of each addon, with the series in its version as OCA has it', () => {
  expect(wheels.sort()).toEqual(ADDONS.map((addon) => `odoo_addon_${addon}-19.0.1.0.0-py3-none-any.whl`));
  expect(shown).toMatch(/^Requires: odoo, odoo-addon-web[_-]longpolling$/m);
});

it('Odoo installs the addons from where pip has put them, and no folder of addons names them', async () => {
  const names = ADDONS.map((addon) => `'${addon}'`).join();
  expect(
    await odoo.sql(
      `SELECT name, state, latest_version FROM ir_module_module WHERE name IN (${names}) ORDER BY 1`,
    ),
  ).toEqual(ADDONS.map((name) => ({ name, state: 'installed', latest_version: '19.0.1.0.0' })));
  expect(odoo.server.log).toContain(`${site}/odoo/addons`);
});

it('A page gets its token, and the JavaScript of each addon', async () => {
  const user = await odoo.createUser('wanda');
  const session = await odoo.logIn(user);
  expect(await session.post('/web_socketio/token', {})).toMatchObject({ uid: user.uid });
  for (const addon of WITH_SCRIPT) {
    const built = await fetch(`${odoo.url}/${addon}/static/lib/${addon}/odoo16.js`);
    expect([addon, built.status]).toEqual([addon, 200]);
  }
});

it('Odoo finds the command of the Python worker there, without a word about folders of addons', async () => {
  const worker = new Program({
    command: program,
    args: ['web_socketio', '-c', odoo.configFile, '-d', odoo.database, '--check-config'],
    env: { HOME: '/nonexistent' },
    user: 'ordinary',
  });
  expect([await worker.ended, worker.log]).toEqual([
    [0, null],
    expect.stringContaining(`${odoo.database}: no addon declares anything in Python`),
  ]);
});
