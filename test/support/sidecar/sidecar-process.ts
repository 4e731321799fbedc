import { Program } from '../process/program.ts';
import { MAIN } from './sidecar-command.ts';

export interface SidecarOptions {
  /** Odoo's configuration file. Without one, the variables say where PostgreSQL is. */
  readonly configFile?: string;
  /** Those of the configuration file unless they are named. */
  readonly databases?: readonly string[];
  /** Any free one unless it is to be the same after each start. */
  readonly port?: number;
  /** More arguments of its command line. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** More arguments for Node. */
  readonly nodeArgs?: readonly string[];
  /** The program `node`: that of this process unless it is another one. */
  readonly node?: string | undefined;
}

/** The built sidecar in a process of its own, as users run it. Whoever starts it stops it; it can be started again. */
export class SidecarProcess {
  readonly #options: SidecarOptions;
  #program: Program | undefined;
  #url = '';

  constructor(options: SidecarOptions) {
    this.#options = options;
  }

  /** The program that was started last. */
  get program(): Program {
    if (this.#program === undefined) throw new Error('The sidecar was not started. Call its start() first.');
    return this.#program;
  }

  /** 0 before it was started. */
  get pid(): number {
    return this.#program?.pid ?? 0;
  }

  /** Where it listens; empty until it does. */
  get url(): string {
    return this.#url;
  }

  /** What it has logged since it was started last. */
  get log(): string {
    return this.#program?.log ?? '';
  }

  /** Starts it, again if it was there before, and waits until it listens and has reached each of its databases. */
  async start(): Promise<void> {
    await this.listen();
    const { databases = [''] } = this.#options;
    for (const name of databases) {
      await this.program.waitForLine(new RegExp(`${name}\\b.*Connected to PostgreSQL`));
    }
  }

  /** Starts it, and waits only until it listens. */
  async listen(): Promise<void> {
    const { configFile, databases, port = 0, args = [], env = {}, nodeArgs = [], node } = this.#options;
    this.#program = new Program({
      command: node ?? process.execPath,
      args: [
        ...nodeArgs,
        MAIN,
        ...(configFile === undefined ? [] : ['-c', configFile]),
        ...(databases === undefined ? [] : ['-d', databases.join(',')]),
        ...['-p', `${port}`],
        ...args,
      ],
      env: { HOME: '/nonexistent', ...env },
      user: 'ordinary',
    });
    const line = await this.#program.waitForLine(/Listening on/);
    this.#url = /http:\S+/.exec(line)?.[0] ?? '';
  }

  /** Ends it as service managers do. */
  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  /** Ends it without a chance to say goodbye. */
  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  /** What a number of `/metrics` is now, such as `process_resident_memory_bytes`. @param name as a regular expression */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  /** Its memory, in megabytes. */
  async memory(): Promise<number> {
    return Math.round((await this.metric('process_resident_memory_bytes')) / 1e6);
  }
}
