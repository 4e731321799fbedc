import { resolve } from 'node:path';
import type { AddonTask } from '../config/flags.ts';
import { prebuild } from '../modules/prebuild.ts';
import { scaffold } from '../modules/scaffold.ts';

/** Where a task is done. */
export interface TaskPlace {
  /** What relative paths start from. */
  readonly cwd: string;
  /** The folder with the types of this version. */
  readonly types: string;
}

/**
 * Does what was asked for on an addon's folder, instead of serving.
 *
 * @returns what was done, line by line
 * @throws SidecarError `addon_invalid`, `addon_unwritable`, `module_syntax`, `types_missing`
 */
export async function doAddonTask({ name, folder }: AddonTask, { cwd, types }: TaskPlace): Promise<string[]> {
  const path = resolve(cwd, folder);
  return name === 'build' ? await prebuild(path) : scaffold(path, types);
}
