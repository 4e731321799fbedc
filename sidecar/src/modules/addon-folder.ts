import { mkdirSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reason } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { hasManifest } from './discovery.ts';

/** An addon in which a command writes. */
export interface AddonFolder {
  readonly addon: string;
  /** Without symbolic links. */
  readonly home: string;
}

/**
 * Opens the folder of an addon.
 *
 * @param folder absolute
 * @throws SidecarError `addon_invalid`
 */
export function openAddon(folder: string): AddonFolder {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new SidecarError('addon_invalid', `'${folder}' is not a folder. Give the folder of an addon.`);
  }
  if (!hasManifest(folder)) {
    throw new SidecarError(
      'addon_invalid',
      `'${folder}' is not an addon: it has no __manifest__.py (before Odoo 10.0: __openerp__.py). Write the addon first; Odoo, but not OpenERP 7.0, begins one with: odoo scaffold ${basename(folder)} '${dirname(folder)}'.`,
    );
  }
  return { addon: basename(folder), home: realpathSync(folder) };
}

/**
 * Writes a file as a whole: nobody ever reads half of it.
 *
 * @param path from the addon's folder
 * @throws SidecarError `addon_unwritable`
 */
export function writeInAddon({ home }: AddonFolder, path: string, text: string): void {
  const file = join(home, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new SidecarError(
      'addon_unwritable',
      `'${file}' cannot be written: ${reason(cause)}. Run this as a user who may write to the addon.`,
      { cause },
    );
  }
}
