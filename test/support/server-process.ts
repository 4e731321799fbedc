import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { createInterface } from 'node:readline';
import { asOrdinaryUser } from '../../sidecar/playground/ordinary-user.ts';

export interface ServerProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment but PATH; nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stopSignal?: NodeJS.Signals;
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

/** A server that runs as an ordinary user, keeps its log, and does not outlive this process. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #stopSignal: NodeJS.Signals;
  readonly #lines: string[] = [];
  readonly #events = new EventEmitter();
  readonly #ended: Promise<void>;
  #stopping: Promise<void> | undefined;

  constructor({ command, args, env = {}, cwd, stopSignal = 'SIGTERM' }: ServerProcessOptions) {
    const [program = command, ...rest] = asOrdinaryUser([command, ...args]);
    this.#name = command;
    this.#stopSignal = stopSignal;
    this.#events.setMaxListeners(0);
    const child = spawn(program, rest, {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const kill = () => child.kill(stopSignal);
    process.once('exit', kill);
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.#lines.push(line);
        this.#events.emit('line', line);
      });
    }
    child.on('error', (error) => this.#lines.push(`${error}`));
    this.#ended = once(this.#events, 'ended').then(() => undefined);
    child.on('close', () => {
      process.off('exit', kill);
      this.#events.emit('ended');
    });
  }

  get log(): string {
    return this.#lines.join('\n');
  }

  /** How many lines the log has: `logSince` shows what a later moment added. */
  get logLength(): number {
    return this.#lines.length;
  }

  logSince(length: number): string {
    return this.#lines.slice(length).join('\n');
  }

  /** Resolves with the first line that matches, now or later; rejects with the log if a line says that it failed. */
  async waitForLine(ready: RegExp, failed?: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    const fail = (what: string) => new Error(`${this.#name} ${what} ${ready}. Its log:\n${this.log}`);
    const lines = on(this.#events, 'line', { signal, close: ['ended'] });
    const decide = (line: string): boolean => {
      if (failed?.test(line)) throw fail('failed before it logged');
      return ready.test(line);
    };
    const known = this.#lines.find(decide);
    if (known !== undefined) return known;
    try {
      for await (const [line] of lines) if (decide(line)) return line;
    } catch (error) {
      throw signal.aborted ? fail(`needed more than ${START_TIMEOUT_MS} ms and never logged`) : error;
    }
    throw fail('ended before it logged');
  }

  /** Resolves when the process is gone, whoever ended it. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#child.kill(this.#stopSignal);
    // Linux may hand a signal to any thread of a process, and Python runs its handler in the main one alone, which Odoo
    // lets sleep for a minute: in one of some fifty stops of Odoo nothing happened.
    const again = setTimeout(() => this.#child.kill(this.#stopSignal), STOP_TIMEOUT_MS / 2);
    const deadline = AbortSignal.timeout(STOP_TIMEOUT_MS);
    const kill = () => this.#child.kill('SIGKILL');
    deadline.addEventListener('abort', kill);
    await this.#ended;
    clearTimeout(again);
    deadline.removeEventListener('abort', kill);
    if (deadline.aborted) {
      throw new Error(
        `${this.#name} did not end within ${STOP_TIMEOUT_MS} ms of ${this.#stopSignal}. Its log:\n${this.log}`,
      );
    }
  }
}
