import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const SCRIPT = fileURLToPath(new URL('../../python/load_addons.py', import.meta.url));

const Loaded = z.object({
  /** Those that declare something which would have to run. */
  running: z.array(z.string()),
  /** By addon. */
  declared: z.record(z.string(), z.array(z.string())),
  /** Each line with its level. */
  logged: z.array(z.string()),
});

/**
 * Imports addons of a folder as a server does it.
 *
 * @param root the package above `addons`: `openerp` or `odoo`
 */
export async function loadAddons(
  python: string,
  root: string,
  folder: string,
  addons: readonly string[],
): Promise<z.infer<typeof Loaded>> {
  const { stdout } = await promisify(execFile)(python, [SCRIPT, root, folder, ...addons]);
  return Loaded.parse(JSON.parse(stdout));
}
