import Module, { isBuiltin } from 'node:module';
import { reason, SocketIOError } from '../api/error.ts';
import type { Registry } from '../api/registry.ts';
import { type Bundle, bundleModule } from './bundle.ts';
import type { FoundModule } from './discovery.ts';
import { placeInModule } from './stack-place.ts';

/** What became of the server modules. */
export interface LoadResult {
  readonly loaded: readonly string[];
  readonly failed: readonly { readonly addon: string; readonly error: SocketIOError }[];
}

type Require = (name: string) => unknown;

/**
 * Loads server modules: each is bundled, then evaluated with a `require` of its own, which knows `web_socketio`, the
 * server modules of other addons by their name, and what Node brings. A module that fails harms no other, but those
 * that import it.
 */
export class Loader {
  readonly #registry: Registry;
  readonly #api: unknown;
  readonly #bundles = new Map<string, Bundle>();
  readonly #exports = new Map<string, unknown>();
  readonly #errors = new Map<string, SocketIOError>();
  readonly #loading: string[] = [];

  /** @param api what `import … from 'web_socketio'` gives: this process's own, so that there is one of each class */
  constructor(registry: Registry, api: unknown) {
    this.#registry = registry;
    this.#api = api;
  }

  /** Loads all of them, those that are imported first. */
  async load(modules: readonly FoundModule[]): Promise<LoadResult> {
    await Promise.all(
      modules.map(async (module) => {
        try {
          this.#bundles.set(module.addon, await bundleModule(module));
        } catch (error) {
          this.#errors.set(module.addon, asError(error, module.addon));
        }
      }),
    );
    for (const { addon } of modules) {
      try {
        this.#evaluate(addon);
      } catch {
        // Kept in #errors: it may have failed on behalf of another that imports it, and is reported once.
      }
    }
    return {
      loaded: [...this.#exports.keys()],
      failed: [...this.#errors].map(([addon, error]) => ({ addon, error })),
    };
  }

  #evaluate(addon: string): unknown {
    const known = this.#errors.get(addon);
    if (known !== undefined) throw known;
    if (this.#exports.has(addon)) return this.#exports.get(addon);
    const bundle = this.#bundles.get(addon);
    if (bundle === undefined)
      throw new SocketIOError('module_import', `There is no server module '${addon}' on the addons path.`);
    if (this.#loading.includes(addon)) {
      throw new SocketIOError(
        'module_cycle',
        `Server modules import one another in a circle: ${[...this.#loading, addon].join(' → ')}.`,
      );
    }
    this.#loading.push(addon);
    try {
      const exports = this.#registry.load(addon, () => compile(bundle, (name) => this.#require(addon, name)));
      this.#exports.set(addon, exports);
      return exports;
    } catch (error) {
      const named = asError(error, addon, bundle);
      this.#errors.set(addon, named);
      throw named;
    } finally {
      this.#loading.pop();
    }
  }

  #require(addon: string, name: string): unknown {
    if (name === 'web_socketio') return this.#api;
    if (this.#bundles.has(name) || this.#errors.has(name)) return this.#evaluate(name);
    if (isBuiltin(name)) return nodeRequire(name);
    throw new SocketIOError(
      'module_import',
      `The server module of '${addon}' imports '${name}', which is neither 'web_socketio', a server module on the addons path, nor part of Node. Remove the import, or copy the code beside index.ts.`,
    );
  }
}

const nodeRequire = Module.createRequire(import.meta.url);

/** Evaluates CommonJS text as Node does, so that source maps and stack traces work. */
function compile(bundle: Bundle, require: Require): unknown {
  const module = new Module(bundle.filename);
  module.filename = bundle.filename;
  module.require = Object.assign((name: string) => require(name), {});
  const compileText: unknown = Reflect.get(module, '_compile');
  if (typeof compileText !== 'function')
    throw new Error('This version of Node cannot compile modules in memory');
  Reflect.apply(compileText, module, [bundle.code, bundle.filename]);
  return module.exports;
}

function asError(error: unknown, addon: string, bundle?: Bundle): SocketIOError {
  if (error instanceof SocketIOError && error.code.startsWith('module_')) return error;
  const place = bundle === undefined ? null : placeInModule(error, bundle);
  const text = error instanceof SocketIOError ? `${error.code}: ${error.message}` : reason(error);
  return new SocketIOError(
    'module_failed',
    `The server module of '${addon}' failed while it was loaded${place === null ? '' : `, at ${place}`}: ${text.replace(/\.$/, '')}. Correct it and start again; the others run.`,
    { cause: error },
  );
}
