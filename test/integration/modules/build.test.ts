import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { makeClone } from '../../support/process/clone.ts';

/** Builds a clone. @returns what the build complained of, and how it ended */
async function build(clone: string): Promise<{ complaint: string; code: unknown }> {
  const child = spawn('node_modules/.bin/tsx', ['build.ts', '--quiet'], {
    cwd: clone,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  const complaint = await text(child.stderr);
  const [code] = await ended;
  return { complaint, code };
}

const filesOf = async (clone: string) =>
  (await readdir(join(clone, 'sidecar/dist'), { recursive: true })).sort();

it('builds the same, however many do so at once, and removes declarations that are no longer made', async () => {
  const clone = await makeClone();
  const good = { complaint: '', code: 0 };
  expect(await build(clone)).toEqual(good);
  const files = await filesOf(clone);
  expect(files).toContain('types/web_socketio/web_socketio.d.ts');
  await writeFile(join(clone, 'sidecar/dist/types/web_socketio/former.d.ts'), '');
  const together = await Promise.all(Array.from({ length: 4 }, () => build(clone)));
  expect(together).toEqual(Array(4).fill(good));
  expect(await filesOf(clone)).toEqual(files);
});
