import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * Makes a wheel for pip of each addon for one series of Odoo, as OCA does: `odoo-addon-web_socketio` 19.0.1.0.0. After the
 * build; the whool of `python3` makes them (pip install whool).
 *
 *     npm run build && npm run wheels 19.0 FOLDER
 */

const ADDONS = fileURLToPath(new URL('addon', import.meta.url));

const MAKE = 'import sys; from whool import buildapi; print(buildapi.build_wheel(sys.argv[1]))';

/** What older series have no use for. */
const OLDEST: Record<string, number> = { web_live: 17, web_socketio_bus: 16 };

/** What a wheel has no use for: the sources of what is built into `static/lib`. */
const LEFT_OUT = new Set(['src', '__pycache__']);

/**
 * @param series such as `19.0`
 * @param output a folder, which is made if there is none
 * @returns the names of the wheels
 */
async function makeWheels(series: string, output: string): Promise<string[]> {
  const table: object = JSON.parse(await readFile(join(ADDONS, 'web_socketio/series.json'), 'utf8'));
  // whool names no packages of older series than these.
  const known = Object.keys(table).filter((name) => Number(name) >= 14);
  if (!known.includes(series)) {
    throw new Error(`Unknown series '${series}'. The addons have wheels for ${known.join(', ')}.`);
  }
  await mkdir(output, { recursive: true });
  // Outside of any repository, where whool would only take what git knows: what is built is ignored.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'web_socketio-wheels-')));
  try {
    const wheels: string[] = [];
    for (const addon of (await readdir(ADDONS)).sort()) {
      if (Number(series) >= (OLDEST[addon] ?? 0)) wheels.push(await makeWheel(addon, series, folder, output));
    }
    return wheels;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function makeWheel(addon: string, series: string, folder: string, output: string): Promise<string> {
  const source = join(ADDONS, addon);
  const copy = join(folder, addon);
  const built = join(source, 'static/lib', addon);
  const hasScript = (await readdir(source)).includes('src');
  if (hasScript && (await readdir(built).catch(() => [])).length === 0) {
    throw new Error(`The addon '${addon}' has no '${built}'. Run npm run build first.`);
  }
  await cp(source, copy, {
    recursive: true,
    filter: (path) => path === source || !LEFT_OUT.has(basename(path)),
  });
  const manifest = join(copy, '__manifest__.py');
  const text = await readFile(manifest, 'utf8');
  const versioned = text.replace(/^( {4}'version': ')(\d)/m, `$1${series}.$2`);
  if (versioned === text) throw new Error(`The manifest '${manifest}' has no line 'version'. Add one.`);
  await writeFile(manifest, versioned);
  const { stdout } = await promisify(execFile)('python3', ['-c', MAKE, resolve(output)], { cwd: copy });
  return stdout.trim().split('\n').at(-1) ?? '';
}

const [series, output] = process.argv.slice(2);
if (series === undefined || output === undefined) {
  process.stderr.write('usage: npm run wheels SERIES FOLDER, such as 19.0 /tmp/wheels\n');
  process.exitCode = 2;
} else {
  for (const wheel of await makeWheels(series, output)) process.stdout.write(`${join(output, wheel)}\n`);
}
