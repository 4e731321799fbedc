import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Lines that are kept of a process that may run for days. */
const KEPT_LINES = 200;

/** A process of the playground: PostgreSQL or the sidecar. */
export class Child {
  /** Its last lines. */
  readonly lines: string[] = [];
  /** Resolves when it is gone and all that it wrote has been read, whoever ended it. */
  readonly ended: Promise<Ending>;
  readonly #process: ChildProcess;
  readonly #listeners = new Set<(line: string) => void>();

  constructor({ command: [program = '', ...args], env, cwd }: ChildOptions) {
    // In a process group of its own: Ctrl-C in the terminal is for us alone, and we end our processes in their order.
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => this.#add(line));
    }
    child.on('error', (error) => this.#add(`${program}: ${error.message}`));
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        process.off('exit', kill);
        resolve({ code, signal });
      });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Calls `listener` with each line from now on. */
  onLine(listener: (line: string) => void): void {
    this.#listeners.add(listener);
  }

  /** Resolves with true at a line that matches, written already or to come; with false if the process ends before. */
  async saysLine(pattern: RegExp): Promise<boolean> {
    if (this.lines.some((line) => pattern.test(line))) return true;
    const said = new Promise<boolean>((resolve) => {
      this.onLine((line) => {
        if (pattern.test(line)) resolve(true);
      });
    });
    return await Promise.race([said, this.ended.then(() => false)]);
  }

  /** Sends a signal, and SIGKILL if the process is still there after `patienceMs`. Resolves when it is gone. */
  async stop(signal: NodeJS.Signals, patienceMs: number): Promise<Ending> {
    this.#process.kill(signal);
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), patienceMs);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  #add(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    for (const listener of this.#listeners) listener(line);
  }
}
