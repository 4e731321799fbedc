import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The project's. */
export const ROOT_FOLDER = fileURLToPath(new URL('../../../', import.meta.url));
/** What `npm start` needs of a clone; what builds and runs leave is none of it. */
const PARTS = ['addon', 'sidecar', 'package.json', 'build.ts', 'tsconfig.json', 'tsconfig.types.json'];
const LEFT_BEHIND = /\/(?:sidecar\/dist|static\/lib|__pycache__|\.playground)$/;

/** When to let go of something: at the end of the test, or of the file where all its tests share it. */
export type Release = (free: () => Promise<void>) => void;

/** A clone of this project after `npm ci`; it goes with the test. */
export async function makeClone(owner?: number, release: Release = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-clone-'));
  release(() => rm(folder, { recursive: true, force: true }));
  for (const part of PARTS) {
    await cp(join(ROOT_FOLDER, part), join(folder, part), {
      recursive: true,
      filter: (path) => !LEFT_BEHIND.test(path),
    });
  }
  await symlink(join(ROOT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  if (owner !== undefined) await chownAll(folder, owner);
  return folder;
}

/** `npm start` in a clone, with all the processes that belong to it. */
export class PlaygroundProcess {
  readonly lines: string[] = [];
  /** Its exit code, and the signal that ended it. */
  readonly ended: Promise<unknown[]>;
  readonly #child: ChildProcess;

  /**
   * @param args of `npm start`
   * @param command what runs it, such as setpriv
   */
  constructor(
    clone: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    command: (line: readonly string[]) => readonly string[] = (line) => line,
    release: Release = onTestFinished,
  ) {
    const [program = '', ...rest] = command(['npm', '--silent', 'start', '--', ...args]);
    // A process group of its own, which gets signals as a terminal sends them: to all of it.
    this.#child = spawn(program, rest, {
      cwd: clone,
      env: { PATH: process.env['PATH'], HOME: clone, npm_config_update_notifier: 'false', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.ended = once(this.#child, 'close');
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      if (input) createInterface({ input }).on('line', (line) => this.lines.push(line));
    }
    release(async () => {
      this.signal('SIGKILL');
      await this.ended;
    });
  }

  get text(): string {
    return this.lines.join('\n');
  }

  /** Resolves with the address of the page, when it can be used. */
  async url(): Promise<string> {
    const ready = new Promise<void>((resolve) => {
      const look = () => {
        if (/^Ready in /m.test(this.text)) resolve();
      };
      for (const input of [this.#child.stdout, this.#child.stderr])
        input?.on('data', () => setImmediate(look));
    });
    await Promise.race([ready, this.ended]);
    const url = /^ {2}Open +(http:\S+)/m.exec(this.text)?.[1];
    if (url === undefined) throw new Error(`The playground did not start. It said:\n${this.text}`);
    return url;
  }

  /** Sends a signal to all of its process group: npm, the shell and the playground. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // All of them have ended.
    }
  }
}

async function chownAll(folder: string, owner: number): Promise<void> {
  const [program, ...args] = ['chown', '-R', '-h', `${owner}:${owner}`, folder];
  await chown(folder, owner, owner);
  await once(spawn(program ?? '', args), 'close');
}
