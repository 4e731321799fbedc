import { access, chmod, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';

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
    banner: { js: '#!/usr/bin/env node' },
  },
  executable: true,
};

const WEB_CLIENT: BuildOptions = {
  platform: 'browser',
  format: 'iife',
  charset: 'ascii',
  minify: true,
  legalComments: 'eof',
  // OpenERP and Odoo run what an addon brings through rjsmin, which can take the spaces out of template literals.
  supported: { 'template-literal': false },
};

/** The glue of each web client: an addon's `src/<name>.ts` becomes `static/lib/<addon>/<name>.js`. */
const WEB_CLIENTS: Record<string, BuildOptions> = {
  odoo19: { ...WEB_CLIENT, target: 'es2020' },
};

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function addonTargets(): Promise<Target[]> {
  const addons = (await readdir(join(ROOT, 'addon'))).sort();
  const targets = addons.flatMap((addon) =>
    Object.entries(WEB_CLIENTS).map(([client, options]) => ({
      source: `addon/${addon}/src/${client}.ts`,
      output: `addon/${addon}/static/lib/${addon}/${client}.js`,
      options,
      executable: false,
    })),
  );
  const found = await Promise.all(targets.map(({ source }) => exists(join(ROOT, source))));
  return targets.filter((_, index) => found[index]);
}

async function make({ source, output, options, executable }: Target): Promise<void> {
  const { metafile } = await build({
    ...options,
    absWorkingDir: ROOT,
    entryPoints: [`./${source}`],
    outfile: output,
    bundle: true,
    metafile: true,
    logLevel: 'error',
  });
  if (executable) await chmod(join(ROOT, output), 0o755);
  for (const file of Object.keys(metafile.outputs)) {
    const content = await readFile(join(ROOT, file));
    print(`${file}  ${kilobytes(content)}, ${kilobytes(gzipSync(content))} gzip`);
  }
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
  process.stdout.write(`${line}\n`);
}

if (process.argv.includes('--clean')) {
  await clean();
} else {
  // One target that fails keeps none of the others from being built; esbuild has said what is wrong with it.
  const outcomes = await Promise.allSettled([...(await addonTargets()), SIDECAR].map(make));
  if (outcomes.some(({ status }) => status === 'rejected')) process.exitCode = 1;
}
