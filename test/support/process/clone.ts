import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The project's. */
export const ROOT_FOLDER = fileURLToPath(new URL('../../../', import.meta.url));
/** What `npm start` needs of a clone; what builds and runs leave is none of it. */
const PARTS = ['addon', 'sidecar', 'package.json', 'build.ts', 'tsconfig.json', 'tsconfig.types.json'];
const LEFT_BEHIND = /\/(?:sidecar\/dist|static\/lib|__pycache__|\.playground)$/;

/** When to let go of something: at the end of the test, or of the file where all its tests share it. */
export type Release = (free: () => Promise<void>) => void;

/** A clone of this project after `npm ci`; it goes with the test. */
export async function makeClone(owner?: number, release: Release = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-clone-'));
  release(() => rm(folder, { recursive: true, force: true }));
  for (const part of PARTS) {
    await cp(join(ROOT_FOLDER, part), join(folder, part), {
      recursive: true,
      filter: (path) => !LEFT_BEHIND.test(path),
    });
  }
  await symlink(join(ROOT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  if (owner !== undefined) await chownAll(folder, owner);
  return folder;
}

async function chownAll(folder: string, owner: number): Promise<void> {
  const [program, ...args] = ['chown', '-R', '-h', `${owner}:${owner}`, folder];
  await chown(folder, owner, owner);
  await once(spawn(program ?? '', args), 'close');
}
