import { reason } from '../api/error.ts';
import { Registry } from '../api/registry.ts';
import { createApi } from '../api/web_socketio.ts';
import type { Log } from '../observability/log.ts';
import { type FoundModule, findServerModules } from './discovery.ts';
import { Loader, type LoadResult } from './loader.ts';
import { ModuleWatcher } from './watcher.ts';

/** By their names. */
export interface AddonChange {
  readonly installed: readonly string[];
  readonly uninstalled: readonly string[];
}

/** What server modules are loaded with. */
export interface ServerModulesOptions {
  /** Folders that hold addons. */
  readonly addonsPath: readonly string[];
  /** Load them anew whenever one of their files changes. */
  readonly dev: boolean;
  readonly log: Log;
  /** They were loaded anew: calls `replace` as soon as nobody runs the old ones any more. */
  replace(replace: () => void): Promise<void>;
}

/** The server modules of one sidecar: found, loaded, and where wanted loaded anew while it runs. */
export class ServerModules {
  /** What they declared. */
  readonly registry = new Registry();
  readonly #options: ServerModulesOptions;
  readonly #watcher = new ModuleWatcher({
    changed: () => void this.#change(),
    failed: (error) => {
      const message = `Server modules cannot be watched: ${reason(error)}`;
      this.#options.log.warn(null, { code: 'modules_unwatched', message });
    },
  });
  #running: readonly string[] = [];
  #reloading: Promise<void> | null = null;
  #changedAgain = false;
  #stopped = false;

  constructor(options: ServerModulesOptions) {
    this.#options = options;
  }

  /** Loads them. One that fails is logged and harms no other. */
  async start(): Promise<void> {
    const { addonsPath, dev, log } = this.#options;
    const modules = this.#find();
    const { loaded, failed, stale, files } = await this.#load(modules, this.registry);
    if (loaded.length > 0) log.info(null, `Load server modules: ${loaded.join(', ')}`);
    for (const { path } of this.registry.all()) log.info(null, `Add namespace: '${path}'`);
    for (const error of stale) log.warn(null, error);
    for (const { error } of failed) log.error(null, error);
    if (modules.length === 0) {
      const folders = addonsPath.join(', ') || 'none';
      const message = `No addon with a server module (socketio/index.ts) was found. Folders searched: ${folders}`;
      log.warn(null, { code: 'modules_missing', message });
    }
    this.#running = loaded;
    if (!dev) return;
    await this.#watcher.start(modules);
    this.#watcher.add(files);
    log.info(null, 'Watching server modules: a change is live at once');
  }

  /** Watches them no more. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watcher.stop();
    await this.#reloading;
  }

  /** Says what it means for the server modules that addons were installed or uninstalled beside this sidecar. */
  addonsChanged(db: string, { installed, uninstalled }: AddonChange): void {
    const { addonsPath, log } = this.#options;
    // What cannot be read was said at the start.
    const found = installed.length === 0 ? [] : findServerModules(addonsPath, () => undefined);
    for (const { addon, source, build } of found) {
      if (!installed.includes(addon)) continue;
      if (this.#running.includes(addon)) {
        log.info(db, `The addon '${addon}' was installed: its server module runs here from now on`);
        continue;
      }
      log.warn(
        db,
        {
          code: 'module_not_running',
          message: `The addon '${addon}' was installed, and its server module, ${source ?? build}, was not there or could not be loaded when this sidecar was started. Start the sidecar again.`,
        },
        { addon },
      );
    }
    for (const addon of uninstalled) {
      if (!this.#running.includes(addon)) continue;
      log.info(db, `The addon '${addon}' was uninstalled: its server module does nothing here any more`);
    }
  }

  #find(): FoundModule[] {
    const { addonsPath, log } = this.#options;
    return findServerModules(addonsPath, (problem) => log.warn(null, problem));
  }

  #load(modules: readonly FoundModule[], registry: Registry): Promise<LoadResult> {
    const loader = new Loader({ registry, api: createApi(registry), fromSource: this.#options.dev });
    return loader.load(modules);
  }

  /** A file changed. One reload at a time; what changes meanwhile needs another. */
  async #change(): Promise<void> {
    this.#changedAgain = true;
    if (this.#reloading !== null) return;
    while (this.#changedAgain && !this.#stopped) {
      this.#changedAgain = false;
      this.#reloading = this.#reload().catch((error: unknown) => {
        const message = `Server modules cannot be loaded again: ${reason(error)}`;
        this.#options.log.error(null, { code: 'modules_not_reloaded', message });
      });
      await this.#reloading;
    }
    this.#reloading = null;
  }

  /** All of them, since they import one another. If one that runs cannot be loaded any more, all stay as they are. */
  async #reload(): Promise<void> {
    const { log } = this.#options;
    const fresh = new Registry();
    const { loaded, failed, files } = await this.#load(this.#find(), fresh);
    this.#watcher.add(files);
    for (const { error } of failed) log.error(null, error);
    const broken = failed.filter(({ addon }) => this.#running.includes(addon));
    if (broken.length > 0) {
      const names = broken.map(({ addon }) => addon).join(', ');
      const message = `Server modules stay as they were before the change, because of ${names}`;
      log.warn(null, { code: 'modules_not_reloaded', message });
      return;
    }
    await this.#options.replace(() => this.registry.replace(fresh));
    this.#running = loaded;
    log.info(null, `Load server modules again: ${loaded.join(', ')}`);
  }
}
