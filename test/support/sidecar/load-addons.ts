import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const SCRIPT = fileURLToPath(new URL('../../python/load_addons.py', import.meta.url));

/**
 * Imports addons of a folder as a server does it, and has reported twice what they declare.
 *
 * @param root the package above `addons`: `openerp` or `odoo`
 * @returns what was logged, each line with its level
 */
export async function loadAddons(
  python: string,
  root: string,
  folder: string,
  addons: readonly string[],
): Promise<string[]> {
  const { stdout } = await promisify(execFile)(python, [SCRIPT, root, folder, ...addons]);
  return z.array(z.string()).parse(JSON.parse(stdout));
}
