import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A server module that was found beside an addon's manifest. */
export interface FoundModule {
  readonly addon: string;
  /** The absolute path of its `index.ts` or `index.js`. */
  readonly entry: string;
}

const MANIFESTS = ['__manifest__.py', '__openerp__.py'];
const ENTRIES = ['socketio/index.ts', 'socketio/index.js'];

/**
 * Finds the server modules on an addons path. As in OpenERP, the first folder that has an addon wins.
 *
 * @param addonsPath folders that hold addons
 * @param warn told about folders that cannot be read
 * @returns by name, so that the order does not depend on the file system
 */
export function findServerModules(
  addonsPath: readonly string[],
  warn: (text: string) => void,
): FoundModule[] {
  const found = new Map<string, FoundModule | null>();
  for (const folder of addonsPath) {
    for (const addon of listFolder(folder, warn)) {
      if (found.has(addon)) continue;
      const home = resolve(folder, addon);
      if (!MANIFESTS.some((name) => existsSync(join(home, name)))) continue;
      const entry = ENTRIES.map((name) => join(home, name)).find((path) => existsSync(path));
      found.set(addon, entry === undefined ? null : { addon, entry });
    }
  }
  return [...found.values()].filter((module) => module !== null).sort((a, b) => (a.addon < b.addon ? -1 : 1));
}

function listFolder(folder: string, warn: (text: string) => void): string[] {
  try {
    if (!statSync(folder).isDirectory()) throw new Error('it is no folder');
    return readdirSync(folder);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    warn(`addons_path: the folder '${folder}' cannot be read: ${text}. Correct addons_path.`);
    return [];
  }
}
