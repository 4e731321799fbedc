import { join } from 'node:path';
import { SidecarError } from '../api/sidecar-error.ts';
import { openAddon, writeInAddon } from './addon-folder.ts';
import { bundleModule } from './bundle.ts';
import { BUILD, findServerModule } from './discovery.ts';
import { toPrebuilt } from './prebuilt.ts';

/**
 * Compiles an addon's server module to one file, with its npm packages, which a sidecar then loads as it is.
 *
 * @param folder the addon's, absolute
 * @returns what was done, line by line
 * @throws SidecarError `addon_invalid`, `addon_unwritable`, `module_syntax`
 */
export async function prebuild(folder: string): Promise<string[]> {
  const addon = openAddon(folder);
  const source = findServerModule(folder)?.source ?? null;
  if (source === null) {
    throw new SidecarError(
      'addon_invalid',
      `'${folder}' has no server module: no socketio/index.ts and no socketio/index.js. web_socketio init '${folder}' writes one.`,
    );
  }
  const bundle = await bundleModule({ ...addon, source, filename: join(addon.home, BUILD) });
  writeInAddon(addon, BUILD, toPrebuilt(bundle));
  const outside = ['Node', ...bundle.imports].join(', ');
  return [
    `Wrote ${bundle.filename}, from ${bundle.inputs.length} file(s).`,
    `Not inside, and left to the sidecar that loads it: ${outside}.`,
  ];
}
