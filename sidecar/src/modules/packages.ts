import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, sep } from 'node:path';
import type { OnResolveArgs, Plugin } from 'esbuild';
import { SidecarError } from '../api/sidecar-error.ts';

/** Marks the question that the plugin itself asks, which it must not answer. */
const ASKED = Symbol('asked');

/**
 * Bundles the npm packages that are installed beside a server module: in a `node_modules` of its addon's folder or of
 * `socketio/` in it. All else stays outside, for the loader to give or to refuse: what is installed further up, as for
 * the sidecar itself, would be there on one machine and missing on the next.
 *
 * @param home the addon's folder, without symbolic links
 */
export function packagesBeside(home: string): Plugin {
  const isBeside = (name: string) =>
    folders(home).some((folder) => existsSync(join(folder, 'node_modules', packageOf(name))));
  return {
    name: 'packages beside the server module',
    setup(build) {
      const resolve = async ({ path, pluginData, ...args }: OnResolveArgs) => {
        if (pluginData === ASKED) return undefined;
        const outside = { path, external: true };
        if (path === 'web_socketio' || isBuiltin(path)) return outside;
        const { errors, warnings, ...found } = await build.resolve(path, { ...args, pluginData: ASKED });
        if (errors.length > 0) return outside;
        // A link, as `npm install ../folder` makes it, leads elsewhere; the author has made it.
        const isOurs = found.path.startsWith(`${home}${sep}`) || isBeside(path);
        return isOurs && !found.path.endsWith('.node') ? { ...found, pluginData: undefined } : outside;
      };
      build.onResolve({ filter: /^[^./]/ }, resolve);
      build.onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }));
    },
  };
}

/** What to say of an import that a server module cannot have. @param home its addon's folder */
export function refuseImport(addon: string, home: string, name: string): SidecarError {
  const start = `The server module of '${addon}' imports '${name}', which is`;
  if (name.endsWith('.node')) {
    return new SidecarError(
      'module_import',
      `${start} native code: that cannot be bundled. Use a package that is JavaScript only.`,
    );
  }
  if (/^[./]/.test(name)) {
    return new SidecarError(
      'module_import',
      `${start} a path made while it runs: no file can be had by that. Import it by a fixed name.`,
    );
  }
  const folder = folders(home).find((one) => existsSync(join(one, 'package.json'))) ?? join(home, 'socketio');
  return new SidecarError(
    'module_import',
    `${start} neither a server module on the addons path, nor part of Node, nor installed beside it. If it is an npm package: npm install --prefix '${folder}' ${packageOf(name)}. What is installed elsewhere is not taken.`,
  );
}

function folders(home: string): string[] {
  return [join(home, 'socketio'), home];
}

/** `@scope/name/file` belongs to the package `@scope/name`. */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}
