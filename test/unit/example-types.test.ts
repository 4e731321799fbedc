import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { readBanner, readExamples, readPorted, readSmallAddons } from '../support/documents/reference.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

it('The server modules of README.md, docs/tutorial.md, docs/porting.md and docs/api/ have no error of types', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-types-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const modules = [...readSmallAddons(), readBanner(), ...readPorted(), ...readExamples()].filter(
    ({ server }) => server !== '',
  );
  expect(modules.length).toBeGreaterThan(30);
  await Promise.all(
    modules.map(({ title, server }, index) =>
      writeFile(join(folder, `${index}.ts`), `${server}// ${title}\n`),
    ),
  );
  // As in the editor of an addon's author: "strict", and none of the stricter options of this repository.
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: here('../types/tsconfig.json'), include: ['.'] }),
  );
  const tsc = promisify(execFile)(
    process.execPath,
    [here('../../node_modules/typescript/bin/tsc'), '--noEmit'],
    { cwd: folder },
  );
  expect(
    await tsc.then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    ),
  ).toBe('');
}, 60_000);
