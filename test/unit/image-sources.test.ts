import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { build } from '../../sidecar/src/modules/compiler.ts';
import { readText } from '../support/documents/markdown.ts';

const ROOT = new URL('../../', import.meta.url);

function list(folder: string): string[] {
  const names = readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' });
  return names.map((name) => `${folder}/${name}`);
}

const ENTRIES = [
  'sidecar/src/main.ts',
  'sidecar/src/observability/watchdog/watchdog-thread.ts',
  ...list('addon').filter((path) => /^addon\/\w+\/src\/[\w-]+\.ts$/.test(path)),
];

it('The images are built with every folder that the sources need', async () => {
  const { metafile } = await build({
    ...{ entryPoints: ENTRIES, bundle: true, write: false, metafile: true, outdir: 'nowhere' },
    ...{ packages: 'external', format: 'esm' },
  });
  const sources = Object.keys(metafile.inputs);
  expect(sources.length).toBeGreaterThan(100);
  const kept = [...readText('.dockerignore').matchAll(/^!(\S+)/gm)].map(([, folder = '']) => folder);
  for (const image of ['openerp', 'openerp7', 'sidecar']) {
    const text = readText(`docker/${image}/Dockerfile`);
    const copied = [...text.matchAll(/^COPY (\S+) \1$/gm)].map(([, folder = '']) => folder);
    for (const folders of [copied, kept])
      expect(sources.filter((path) => !folders.some((folder) => path.startsWith(`${folder}/`)))).toEqual([]);
  }
});
