import { spawnSync } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('.', import.meta.url));

interface Target {
  source: string;
  output: string;
  options: BuildOptions;
  executable: boolean;
}

const SIDECAR: Target = {
  source: 'sidecar/src/main.ts',
  output: 'sidecar/dist/main.js',
  options: {
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: 'linked',
    // The package has no sources to show, and their texts were a third of it: where a line is, the map says without them.
    sourcesContent: false,
    banner: { js: '#!/usr/bin/env node' },
  },
  executable: true,
};

const { banner: _, ...PLAIN } = SIDECAR.options;

const WATCHDOG: Target = {
  source: 'sidecar/src/observability/watchdog/watchdog-thread.ts',
  output: 'sidecar/dist/watchdog.js',
  options: PLAIN,
  executable: false,
};

const TOP: Target = {
  source: 'sidecar/src/top/top.ts',
  output: 'sidecar/dist/top.js',
  // A fault of it is nobody's outage, and the map would be four fifths of it.
  options: { ...PLAIN, sourcemap: false },
  executable: false,
};

/** A transport that the sidecar does not offer was one kilobyte of what every page loads. The client names it in a table, so esbuild keeps it. */
const WITHOUT_WEBTRANSPORT: Plugin = {
  name: 'without WebTransport',
  setup({ onLoad }) {
    const filter = /engine\.io-client\/.*\/webtransport\.js$/;
    onLoad({ filter }, () => ({ contents: 'export class WT {}' }));
  },
};

const WEB_CLIENT: BuildOptions = {
  plugins: [WITHOUT_WEBTRANSPORT],
  platform: 'browser',
  format: 'iife',
  charset: 'ascii',
  minify: true,
  legalComments: 'eof',
  // OpenERP and Odoo run what an addon brings through rjsmin, which can take the spaces out of template literals.
  supported: { 'template-literal': false },
  // They are put into one file with others, sometimes as its first. A directive there would make all of them strict.
  tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
};

/** Web clients of earlier series also run in browsers that do not know ES2020. */
const MODERN_SERIES = 16;

/**
 * The glue of each web client: an addon's `src/<name>.ts` becomes `static/lib/<addon>/<name>.js`.
 *
 * @returns how each is built, by its name, which ends with the oldest series that it serves
 */
async function webClients(): Promise<Map<string, BuildOptions>> {
  const table: Record<string, { web_client: string }> = JSON.parse(
    await readFile(join(ROOT, SERIES), 'utf8'),
  );
  return new Map(
    Object.values(table).map(({ web_client }) => {
      const oldest = Number(/\d+$/.exec(web_client)?.[0]);
      return [web_client, { ...WEB_CLIENT, target: oldest < MODERN_SERIES ? 'es2017' : 'es2020' }];
    }),
  );
}

/** Which file serves which series; the addon reads it, too. */
const SERIES = 'addon/web_socketio/series.json';
const TYPES = 'sidecar/dist/types';

/** What server modules import, by name: their declarations go to the folder of that name, for editors and tsc. */
const DECLARED = {
  web_socketio: 'sidecar/src/api/web_socketio',
  web_longpolling: 'addon/web_longpolling/socketio/index',
};

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function addonTargets(): Promise<Target[]> {
  const addons = (await readdir(join(ROOT, 'addon'))).sort();
  const clients = [...(await webClients())];
  const targets = addons.flatMap((addon) =>
    clients.map(([client, options]) => ({
      source: `addon/${addon}/src/${client}.ts`,
      output: `addon/${addon}/static/lib/${addon}/${client}.js`,
      options,
      executable: false,
    })),
  );
  const found = await Promise.all(targets.map(({ source }) => exists(join(ROOT, source))));
  return targets.filter((_, index) => found[index]);
}

/** How a file ends that is not in its place yet. */
const WHOLE = '.new';

/** Writes a file if it is another one, and whole at once: a server may run from it, or be about to read it, or another build write it. */
async function replace(path: string, contents: Uint8Array, mode = 0o666): Promise<void> {
  const old = await readFile(path).catch(() => null);
  if (old?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const whole = `${path}.${process.pid}${WHOLE}`;
  try {
    await writeFile(whole, contents, { mode });
    await rename(whole, path);
  } catch (error) {
    await rm(whole, { force: true });
    throw error;
  }
}

async function make({ source, output, options, executable }: Target): Promise<void> {
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: ROOT,
    entryPoints: [`./${source}`],
    outfile: output,
    bundle: true,
    write: false,
    logLevel: 'error',
  });
  for (const { path, contents } of outputFiles) {
    await replace(path, contents, executable ? 0o777 : 0o666);
    print(`${relative(ROOT, path)}  ${kilobytes(contents)}, ${kilobytes(gzipSync(contents))} gzip`);
  }
}

/** Writes the declarations of what server modules import, made by tsc from the sources. */
async function makeTypes(): Promise<void> {
  const made = await mkdtemp(join(tmpdir(), 'web_socketio-types-'));
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const project = join(ROOT, 'tsconfig.types.json');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project, '--outDir', made]);
    if (status !== 0) {
      process.stderr.write(stdout);
      throw new Error('tsc could not make the types');
    }
    const kept = new Set<string>();
    for (const [name, entry] of Object.entries(DECLARED)) {
      const files = await copyTypes(join(made, `${entry}.d.ts`), join(ROOT, TYPES, name));
      for (const file of files) kept.add(file);
      print(`${TYPES}/${name}  ${files.length} files`);
    }
    for (const file of await readdir(join(ROOT, TYPES), { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      // Another build may be about to give such a file its name.
      if (file.isDirectory() || kept.has(path) || path.endsWith(WHOLE)) continue;
      await rm(path, { force: true });
    }
  } finally {
    await rm(made, { recursive: true });
  }
}

/** Copies a declaration file and those that it needs. @returns where they are now */
async function copyTypes(entry: string, folder: string): Promise<string[]> {
  const files = new Set([entry]);
  const copies: string[] = [];
  // What is added meanwhile is looked through, too.
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    for (const [, name] of text.matchAll(/from '(\.\/[^']+)\.ts'/g))
      files.add(join(dirname(file), `${name}.d.ts`));
    const copy = join(folder, basename(file));
    await replace(copy, Buffer.from(text.replace(/(from '\.\/[^']+)\.ts'/g, "$1.js'")));
    copies.push(copy);
  }
  return copies;
}

/** Removes what a build leaves, for entries that no longer exist as well. */
async function clean(): Promise<void> {
  const addons = await readdir(join(ROOT, 'addon'));
  const folders = [dirname(SIDECAR.output), ...addons.map((addon) => `addon/${addon}/static/lib/${addon}`)];
  for (const folder of folders) {
    if (!(await exists(join(ROOT, folder)))) continue;
    await rm(join(ROOT, folder), { recursive: true });
    print(`removed ${folder}`);
  }
}

function kilobytes({ length }: Uint8Array): string {
  return `${(length / 1_000).toFixed(1)} kB`;
}

function print(line: string): void {
  if (!process.argv.includes('--quiet')) process.stdout.write(`${line}\n`);
}

if (process.argv.includes('--clean')) {
  await clean();
} else {
  // One target that fails keeps none of the others from being built; its compiler has said what is wrong with it.
  const targets = [...(await addonTargets()), SIDECAR, WATCHDOG, TOP];
  // Containers need no types, nor the compiler that makes them.
  const types = process.argv.includes('--without-types') ? [] : [makeTypes()];
  const outcomes = await Promise.allSettled([...targets.map(make), ...types]);
  if (outcomes.some(({ status }) => status === 'rejected')) process.exitCode = 1;
}
