import Module, { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { reason, SocketIOError } from '../api/error.ts';
import type { ErrorCode } from '../api/error-codes/catalogue.ts';
import type { Registry } from '../api/registry.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { type Bundle, bundleModule } from './bundle.ts';
import type { FoundModule } from './discovery.ts';
import { refuseImport } from './packages.ts';
import { readPrebuilt } from './prebuilt.ts';
import { placeInModule } from './stack-place.ts';

/** What became of the server modules. */
export interface LoadResult {
  readonly loaded: readonly string[];
  readonly failed: readonly { readonly addon: string; readonly error: SidecarError }[];
  /** Builds that were left aside: the sources are compiled, which are not those they were made of. */
  readonly stale: readonly SidecarError[];
  /** By addon, the file that is loaded: the source, or its build. */
  readonly entries: ReadonlyMap<string, string>;
  /** The files that went in, absolute; their packages are left out. */
  readonly files: readonly string[];
}

/** What a loader is made of. */
export interface LoaderOptions {
  readonly registry: Registry;
  /** What `import … from 'web_socketio'` gives: this process's own, so that there is one of each class. */
  readonly api: unknown;
  /** Builds are used only where there are no sources. */
  readonly fromSource: boolean;
}

type Require = (name: string) => unknown;

/**
 * Loads server modules: each is bundled, then evaluated with a `require` of its own, which knows `web_socketio`, the
 * server modules of other addons by their name, and what Node brings. A module that fails harms no other, but those
 * that import it.
 */
export class Loader {
  readonly #options: LoaderOptions;
  readonly #bundles = new Map<string, Bundle>();
  readonly #exports = new Map<string, unknown>();
  readonly #errors = new Map<string, SidecarError>();
  readonly #stale: SidecarError[] = [];
  readonly #loading: string[] = [];

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Loads all of them, those that are imported first. */
  async load(modules: readonly FoundModule[]): Promise<LoadResult> {
    await Promise.all(
      modules.map(async (module) => {
        try {
          this.#bundles.set(module.addon, await this.#bundle(module));
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
      stale: this.#stale,
      entries: new Map([...this.#bundles].map(([addon, { entry }]) => [addon, entry])),
      files: [...this.#bundles.values()].flatMap(ownFiles),
    };
  }

  async #bundle(module: FoundModule): Promise<Bundle> {
    const { addon, home, source, build } = module;
    if (build !== null && (source === null || !this.#options.fromSource)) {
      const { bundle, flaw } = readPrebuilt(module, build);
      if (bundle !== null && (flaw === null || source === null)) return bundle;
      const stale = new SidecarError(
        'module_stale',
        `'${build}' ${flaw}, and is left aside. Run web_socketio build '${home}' again.`,
      );
      if (source === null) throw stale;
      this.#stale.push(stale);
    }
    if (source === null) throw new Error(`'${home}' has no server module any more`);
    return await bundleModule({ addon, home, source, filename: `${source}.cjs` });
  }

  #evaluate(addon: string): unknown {
    const known = this.#errors.get(addon);
    if (known !== undefined) throw known;
    if (this.#exports.has(addon)) return this.#exports.get(addon);
    const bundle = this.#bundles.get(addon);
    if (bundle === undefined)
      throw new SidecarError('module_import', `There is no server module '${addon}' on the addons path.`);
    if (this.#loading.includes(addon)) {
      throw new SidecarError(
        'module_cycle',
        `Server modules import one another in a circle: ${[...this.#loading, addon].join(' → ')}.`,
      );
    }
    this.#loading.push(addon);
    try {
      const exports = this.#options.registry.load(addon, () =>
        compile(bundle, (name) => this.#require(bundle, name)),
      );
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

  #require({ addon, home }: Bundle, name: string): unknown {
    if (name === 'web_socketio') return this.#options.api;
    if (this.#bundles.has(name) || this.#errors.has(name)) return this.#evaluate(name);
    if (isBuiltin(name)) return nodeRequire(name);
    throw refuseImport(addon, home, name);
  }
}

const nodeRequire = Module.createRequire(import.meta.url);

/** The author's own files, which are the ones to change. */
function ownFiles({ home, inputs }: Bundle): string[] {
  return inputs.filter((path) => !path.split('/').includes('node_modules')).map((path) => join(home, path));
}

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

/** They name the module already. */
const NAMED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'module_syntax',
  'module_import',
  'module_cycle',
  'module_failed',
  'module_stale',
]);

function asError(error: unknown, addon: string, bundle?: Bundle): SidecarError {
  if (error instanceof SidecarError && NAMED.has(error.code)) return error;
  const place = bundle === undefined ? null : placeInModule(error, bundle);
  const text = error instanceof SocketIOError ? `${error.code}: ${error.message}` : reason(error);
  return new SidecarError(
    'module_failed',
    `The server module of '${addon}' failed while it was loaded${place === null ? '' : `, at ${place}`}: ${text.replace(/\.$/, '')}. Correct it.`,
    { cause: error },
  );
}
