import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Problem } from '../api/problem.ts';

/** A server module that was found beside an addon's manifest. */
export interface FoundModule {
  readonly addon: string;
  /** The addon's folder, absolute and without symbolic links: so does esbuild name what it finds in it. */
  readonly home: string;
  /** The absolute path of its `index.ts` or `index.js`; null if only its build is there. */
  readonly source: string | null;
  /** What `web_socketio build` made of it; null if nothing did. */
  readonly build: string | null;
}

const MANIFESTS = ['__manifest__.py', '__openerp__.py'];
const SOURCES = ['socketio/index.ts', 'socketio/index.js'];
/** What `web_socketio build` writes. */
export const BUILD = 'socketio/dist/index.cjs';

/**
 * Finds the server modules on an addons path. As in Odoo, the first folder that has an addon wins.
 *
 * @param addonsPath folders that hold addons
 * @param warn told about folders that cannot be read
 * @returns by name, so that the order does not depend on the file system
 */
export function findServerModules(
  addonsPath: readonly string[],
  warn: (problem: Problem) => void,
): FoundModule[] {
  const found = new Map<string, FoundModule | null>();
  for (const folder of addonsPath) {
    for (const addon of listFolder(folder, warn)) {
      if (found.has(addon)) continue;
      const home = resolve(folder, addon);
      if (hasManifest(home)) found.set(addon, findServerModule(home));
    }
  }
  return [...found.values()].filter((module) => module !== null).sort((a, b) => (a.addon < b.addon ? -1 : 1));
}

/** Is this folder an addon? */
export function hasManifest(home: string): boolean {
  return MANIFESTS.some((name) => existsSync(join(home, name)));
}

/** The server module of one addon; null if it has none. @param folder the addon's, absolute */
export function findServerModule(folder: string): FoundModule | null {
  const home = realpathSync(folder);
  const find = (names: readonly string[]) =>
    names.map((name) => join(home, name)).find((path) => existsSync(path)) ?? null;
  const source = find(SOURCES);
  const build = find([BUILD]);
  return source === null && build === null ? null : { addon: basename(folder), home, source, build };
}

function listFolder(folder: string, warn: (problem: Problem) => void): string[] {
  try {
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
    return readdirSync(folder);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const message = `The folder '${folder}' cannot be read: ${text}. Correct addons_path.`;
    warn({ code: 'addons_path_unreadable', message });
    return [];
  }
}
