import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ROOT = here('../..');

const run = promisify(execFile);
const env = {
  ...process.env,
  PATH: `/usr/bin:${process.env['PATH']}`,
  PYTHONPATH: here('../../.cache/packaging/python'),
};

async function makeWheels(series: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-wheels-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await run(process.execPath, ['--import', 'tsx', 'wheels.ts', series, folder], { cwd: ROOT, env });
  return folder;
}

it.each([
  ['14.0', 'odoo14_addon', []],
  ['19.0', 'odoo_addon', ['web_live', 'web_socketio_bus']],
])(
  'The wheels for Odoo %s have the names and versions that OCA gives them',
  async (series, prefix, later) => {
    const names = ['web_longpolling', 'web_socketio', 'web_socketio_demo', ...later].sort();
    expect((await readdir(await makeWheels(series))).sort()).toEqual(
      names.map((name) => `${prefix}_${name}-${series}.1.0.0-py3-none-any.whl`),
    );
  },
);

it('A wheel has what is built and no sources of it, and nothing that Python has left', async () => {
  const wheel = join(await makeWheels('19.0'), 'odoo_addon_web_socketio-19.0.1.0.0-py3-none-any.whl');
  const { stdout } = await run('/usr/bin/python3', ['-m', 'zipfile', '-l', wheel]);
  const paths = stdout.split('\n').map((line) => line.split(' ')[0] ?? '');
  expect(paths).toEqual(
    expect.arrayContaining(
      [
        '__manifest__.py',
        'series.json',
        'data/schema.sql',
        'static/lib/web_socketio/odoo16.js',
        'README.rst',
      ].map((path) => `odoo/addons/web_socketio/${path}`),
    ),
  );
  expect(paths.filter((path) => /\/src\/|\.pyc$|\.d\.ts$/.test(path))).toEqual([]);
});

it.each(['7.0', '15.0', '99.0'])(
  'For Odoo %s there are none, and the error lists the series',
  async (series) => {
    await expect(makeWheels(series)).rejects.toThrow(
      `Unknown series '${series}'. The addons have wheels for 14.0, 16.0, `,
    );
  },
);
