import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { createInterface } from 'node:readline';
import { asOrdinaryUser } from '../../../sidecar/playground/ordinary-user.ts';
import { Silence } from './silence.ts';

export interface ServerProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment but PATH; nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stopSignal?: NodeJS.Signals;
}

// How long its log may stand still. Odoo writes nothing for some ten seconds while it installs "mail", and on a machine
// with a load of 15 on two cores for eight times as long.
const START_SILENCE_MS = 300_000;
const STOP_SILENCE_MS = 60_000;
/** After which the signal is sent again. */
const DEAF_MS = 10_000;

/** A server that runs as an ordinary user, keeps its log, and does not outlive this process. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #stopSignal: NodeJS.Signals;
  readonly #lines: string[] = [];
  readonly #events = new EventEmitter();
  readonly #ended: Promise<void>;
  #isOver = false;
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
      this.#isOver = true;
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
    const fail = (what: string) => new Error(`${this.#name} ${what} ${ready}. Its log:\n${this.log}`);
    const silence = new Silence(START_SILENCE_MS);
    const lines = on(this.#events, 'line', { signal: silence.signal, close: ['ended'] });
    const decide = (line: string): boolean => {
      if (failed?.test(line)) throw fail('failed before it logged');
      return ready.test(line);
    };
    try {
      const known = this.#lines.find(decide);
      if (known !== undefined) return known;
      if (this.#isOver) throw fail('ended before it logged');
      for await (const [line] of lines) {
        silence.break();
        if (decide(line)) return line;
      }
    } catch (error) {
      throw silence.signal.aborted
        ? fail(`wrote nothing for ${START_SILENCE_MS} ms and never logged`)
        : error;
    } finally {
      silence.end();
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
    const [deaf, dead] = [new Silence(DEAF_MS), new Silence(STOP_SILENCE_MS)];
    deaf.signal.addEventListener('abort', () => this.#child.kill(this.#stopSignal));
    dead.signal.addEventListener('abort', () => this.#child.kill('SIGKILL'));
    const hear = () => {
      deaf.break();
      dead.break();
    };
    this.#events.on('line', hear);
    await this.#ended;
    this.#events.off('line', hear);
    deaf.end();
    dead.end();
    if (dead.signal.aborted) {
      throw new Error(
        `${this.#name} wrote nothing for ${STOP_SILENCE_MS} ms of ${this.#stopSignal} and did not end. Its log:\n${this.log}`,
      );
    }
  }
}
