import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';

/** A TypeScript file in a process of its own: what it sends arrives as the event `message`. Whoever starts it stops it. */
export class Worker {
  readonly events = new EventEmitter();
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  /**
   * @param file gets `args` as JSON in its first argument
   * @param nodeArgs more arguments for Node
   * @param node the program `node`: that of this process unless it is another one
   */
  constructor(file: URL, args: unknown, nodeArgs: readonly string[] = [], node = process.execPath) {
    const child = fork(file, [JSON.stringify(args)], {
      execPath: node,
      execArgv: ['--import', 'tsx', ...nodeArgs],
    });
    this.#child = child;
    this.#ended = once(child, 'exit');
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.on('message', (message) => this.events.emit('message', message));
    child.once('exit', (code) => {
      process.off('exit', kill);
      if (code !== 0 && code !== null)
        this.events.emit('error', new Error(`${file.pathname} ended with code ${code}`));
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The process did not start.');
    return this.#child.pid;
  }

  /** The next thing it sends. */
  async next(): Promise<unknown> {
    const [message] = await once(this.events, 'message');
    return message;
  }

  send(message: object): void {
    this.#child.send(message);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }
}
