import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { run } from '../../support/process/run.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const execute = promisify(execFile);

let folder: string;
let packed: { filename: string; size: number; files: { path: string }[] };

/** Where the package was installed. */
const installed = (path: string) => join(folder, 'node_modules', path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'web_socketio-package-'));
  // What Python leaves behind where Odoo runs from a clone.
  const cache = join(ROOT, 'addon/web_socketio_demo/__pycache__');
  const isOurs = await mkdir(cache, { recursive: true });
  await writeFile(join(cache, 'package-test.pyc'), '');
  try {
    // "npm test" has built it just now.
    const { stdout } = await execute(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
      { cwd: ROOT },
    );
    packed = JSON.parse(stdout)[0];
  } finally {
    await rm(isOurs ?? join(cache, 'package-test.pyc'), { recursive: true });
  }
  const options = ['--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--prefix', folder];
  await execute('npm', ['install', ...options, join(folder, packed.filename)], { cwd: folder });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('packs what runs, its licence and its documentation, and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      ...[
        'LICENSE',
        'README.md',
        'ARCHITECTURE.md',
        'CHANGELOG.md',
        ...['api', 'configuration', 'errors', 'install', 'operations', 'porting', 'tutorial'].map(
          (name) => `docs/${name}.md`,
        ),
      ],
      ...['package.json', 'sidecar/dist/main.js'],
      ...['web_socketio.service', 'web_socketio.env', 'web_socketio_python.service'].map(
        (name) => `sidecar/systemd/${name}`,
      ),
      ...['addon/web_socketio/data/schema.sql', 'addon/web_socketio/static/lib/web_socketio/odoo16.js'],
      ...['addon/web_longpolling/socketio/index.ts', 'addon/web_socketio_bus/data/schema.sql'],
      ...['web_socketio/web_socketio.d.ts', 'web_longpolling/index.d.ts'].map(
        (name) => `sidecar/dist/types/${name}`,
      ),
    ]),
  );
  const needless =
    /^(test|\.|sidecar\/(src|playground)|addon\/[^/]+\/(src|readme|tests))|\.test\.ts$|\.pyc$|\.tgz$|\.env$/;
  expect(paths.filter((path) => needless.test(path))).toEqual(['sidecar/systemd/web_socketio.env']);
  expect(packed.size).toBeLessThan(1_100_000);
});

it.each(['web_socketio', 'oe_web_socketio'])('runs elsewhere as %s', async (name) => {
  const database = await TestDatabase.create();
  const env = serverVariables(database.server);
  const version = run(installed(`.bin/${name}`), ['--version'], env, folder);
  expect(await version.ended).toEqual([0, null]);
  const { version: expected } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(version.lines).toEqual([`web_socketio ${expected}`]);
  const { child, lines, ended } = run(
    installed(`.bin/${name}`),
    ['-d', database.name, '-p', '0'],
    env,
    folder,
  );
  await expect.poll(() => lines.join('\n')).toContain('Connected to PostgreSQL');
  expect(lines.join('\n')).toContain('Load server modules: web_live, web_longpolling, web_socketio_demo');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

it('brings a unit in which systemd finds nothing wrong', async () => {
  const unit = installed('web_socketio/sidecar/systemd/web_socketio.service');
  // systemd says of a wrong value that it ignores it, and finds the unit good.
  const verify = async (path: string) => {
    const { stdout, stderr } = await execute('systemd-analyze', ['verify', '--man=no', path]);
    return stdout + stderr;
  };
  try {
    expect(await verify(unit)).toBe('');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    process.stderr.write('!!!! THE SYSTEMD UNIT WAS NOT VERIFIED: there is no systemd-analyze here !!!!\n');
    return;
  }
  const broken = await mkdtemp(join(tmpdir(), 'web_socketio-unit-'));
  onTestFinished(() => rm(broken, { recursive: true }));
  const text = await readFile(unit, 'utf8');
  await writeFile(
    join(broken, 'broken.service'),
    text.replace('ProtectSystem=strict', 'ProtectSystem=no way'),
  );
  expect(await verify(join(broken, 'broken.service'))).toContain('Failed to parse');
});
