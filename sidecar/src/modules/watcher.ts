import { basename, dirname, join, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { FoundModule } from './discovery.ts';

/** Editors save in several steps, and several files at a time: what comes within this time is one change. */
const QUIET_MS = 50;
/** What programs write there, and nobody edits: `init`, `build`, npm, and editors for themselves. */
const IGNORED = /^(?:node_modules|dist|types|\..*|.*~)$/;

/** Who is told of changes. */
export interface WatcherOwner {
  changed(): void;
  /** Something cannot be watched. */
  failed(error: unknown): void;
}

/** Sees the files of server modules change. */
export class ModuleWatcher {
  readonly #owner: WatcherOwner;
  #folders: readonly string[] = [];
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(owner: WatcherOwner) {
    this.#owner = owner;
  }

  /** Watches the folders of these modules, until `stop`. Resolves when a change would be seen. */
  async start(modules: readonly FoundModule[]): Promise<void> {
    if (this.#watcher !== null) return;
    const folders = modules.map(({ home }) => join(home, 'socketio'));
    this.#folders = folders;
    const watcher = watch(folders, {
      ignoreInitial: true,
      ignored: (path) => IGNORED.test(basename(path)) && folders.includes(dirname(path)),
    });
    this.#watcher = watcher;
    watcher.on('all', () => {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#owner.changed(), QUIET_MS);
    });
    watcher.on('error', (error) => this.#owner.failed(error));
    await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  }

  /** Watches these files, too: modules import some that lie outside of their folders. */
  add(files: readonly string[]): void {
    this.#watcher?.add(
      files.filter((file) => !this.#folders.some((folder) => file.startsWith(folder + sep))),
    );
  }

  /** May be called twice. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#watcher?.close();
  }
}
