import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LEFT_OUT = new Set(['node_modules', '.git', '.cache', '.playground']);

/** `npm start` with nothing configured, in a copy of the clone: a playground of the developer's own may run in the clone. */
export class Playground {
  /** The copy. */
  readonly folder: string;
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  readonly #events = new EventEmitter();

  private constructor(folder: string) {
    this.folder = folder;
    // A group of its own, as a terminal gives to what is typed: Ctrl-C goes to all of it.
    this.#child = spawn('npm', ['start'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#ended = once(this.#child, 'close').finally(() => this.#events.emit('line'));
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      if (input === null) throw new Error('npm was started without pipes');
      createInterface({ input }).on('line', (line) => {
        this.lines.push(line);
        this.#events.emit('line');
      });
    }
  }

  static async start(): Promise<Playground> {
    const folder = await mkdtemp(join(tmpdir(), 'web_socketio-playground-'));
    await cp(ROOT, folder, { recursive: true, filter: (path) => !LEFT_OUT.has(topOf(path)) });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    return new Playground(folder);
  }

  /** The address that is printed, once it is. */
  async url(): Promise<string> {
    for (;;) {
      const address = /http:\/\/(?:127\.0\.0\.1|localhost):\d+\/?/.exec(this.lines.join('\n'));
      if (address) return address[0];
      if (this.#child.exitCode !== null) throw new Error(`npm start ended:\n${this.lines.join('\n')}`);
      await once(this.#events, 'line');
    }
  }

  /** Ctrl-C. Resolves when all that was started has let go of the terminal. */
  async interrupt(): Promise<void> {
    this.#signal('SIGINT');
    await this.#ended;
  }

  /** The command lines of all processes that work in the copy. */
  async processes(): Promise<string[]> {
    const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const found = await Promise.all(
      ids.map(async (id) => {
        const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
        const cwd = await readlink(`/proc/${id}/cwd`).catch(() => '');
        return `${cwd} ${command}`.includes(this.folder) ? [command] : [];
      }),
    );
    return found.flat();
  }

  async remove(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#ended;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, signal);
  }
}

function topOf(path: string): string {
  return relative(ROOT, path).split(sep)[0] ?? '';
}
