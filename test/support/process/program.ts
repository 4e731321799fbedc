import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, on } from 'node:events';
import { createInterface } from 'node:readline';
import { asOrdinaryUser } from '../../../sidecar/playground/processes/ordinary-user.ts';
import { Silence } from './silence.ts';

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment but PATH; nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What asks it to end: SIGTERM unless it wants another one. */
  readonly stopSignal?: NodeJS.Signals;
  /** `ordinary` for servers, some of which refuse to run as root; otherwise it runs as the user of this process. */
  readonly user?: 'ordinary' | 'own';
  /** Gives it a process group of its own. Signals reach all of the group, as they do from a terminal. */
  readonly isGroup?: boolean;
}

/** A program's exit code, and the signal that ended it: one of them is null. */
export type Exit = readonly [code: number | null, signal: NodeJS.Signals | null];

// How long its log may stand still. Odoo writes nothing for some ten seconds while it installs "mail", and on a machine
// with a load of 15 on two cores for eight times as long.
const START_SILENCE_MS = 300_000;
const STOP_SILENCE_MS = 60_000;
/** After which the signal is sent again. */
const DEAF_MS = 10_000;

/** A program that runs: keeps what it writes, and does not outlive this process. Whoever starts it stops it. */
export class Program {
  /** What it has written so far, to both of its outputs. */
  readonly lines: string[] = [];
  /** Resolves when the process is gone, whoever ended it, and all that it wrote has been read. */
  readonly ended: Promise<Exit>;
  readonly child: ChildProcess;
  readonly #name: string;
  readonly #stopSignal: NodeJS.Signals;
  readonly #isGroup: boolean;
  readonly #events = new EventEmitter();
  #isOver = false;
  #stopping: Promise<void> | undefined;

  constructor(options: ProgramOptions) {
    const {
      command,
      args,
      env = {},
      cwd = '/',
      stopSignal = 'SIGTERM',
      user = 'own',
      isGroup = false,
    } = options;
    const [program = command, ...rest] =
      user === 'ordinary' ? asOrdinaryUser([command, ...args]) : [command, ...args];
    this.#name = command;
    this.#stopSignal = stopSignal;
    this.#isGroup = isGroup;
    this.#events.setMaxListeners(0);
    const child = spawn(program, rest, {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: isGroup,
    });
    this.child = child;
    const kill = () => this.signal(stopSignal);
    process.once('exit', kill);
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.lines.push(line);
        this.#events.emit('line', line);
      });
    }
    child.on('error', (error) => this.lines.push(`${error}`));
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        process.off('exit', kill);
        this.#isOver = true;
        this.#events.emit('ended');
        resolve([code, signal]);
      });
    });
  }

  /** 0 if it could not be started. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a signal, to all of its group if it has one. Nothing happens when it has ended. */
  signal(signal: NodeJS.Signals): void {
    if (!this.#isGroup) {
      this.child.kill(signal);
      return;
    }
    if (this.pid === 0) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // All of them have ended.
    }
  }

  get log(): string {
    return this.lines.join('\n');
  }

  /** How many lines the log has: `logSince` shows what a later moment added. */
  get logLength(): number {
    return this.lines.length;
  }

  logSince(length: number): string {
    return this.lines.slice(length).join('\n');
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
      const known = this.lines.find(decide);
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

  /** Asks it to end, and resolves when it has. Throws with its log if it goes on and writes nothing more. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Ends it without a chance to do anything more. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  async #stop(): Promise<void> {
    this.signal(this.#stopSignal);
    // Linux may hand a signal to any thread of a process, and Python runs its handler in the main one alone, which Odoo
    // lets sleep for a minute: in one of some fifty stops of Odoo nothing happened.
    const [deaf, dead] = [new Silence(DEAF_MS), new Silence(STOP_SILENCE_MS)];
    deaf.signal.addEventListener('abort', () => this.signal(this.#stopSignal));
    dead.signal.addEventListener('abort', () => this.signal('SIGKILL'));
    const hear = () => {
      deaf.break();
      dead.break();
    };
    this.#events.on('line', hear);
    await this.ended;
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
