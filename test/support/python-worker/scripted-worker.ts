import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { sha256 } from '../postgres/catalog/database-schema.ts';
import type { TestDatabase } from '../postgres/test-database.ts';

/** A frame as it came over the link: its name, and what is behind it. */
export type Frame = readonly [string, ...unknown[]];

/** What a worker says that it has; see the contract of the link. */
export interface Declares {
  readonly adapters?: readonly object[];
  readonly namespaces?: readonly object[];
  readonly handlers?: readonly object[];
}

/** What a worker has, and what of its hello is another than usual. */
export interface WorkerOptions extends Declares {
  readonly hello?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A handler: what it returns ends its run, unless it is {@link NEVER}. */
export type Handler = (run: Run) => unknown;

/** Returned by a handler whose run goes on. */
export const NEVER = Symbol('never');

/** A run as the worker was told of it. */
export interface Run {
  readonly id: number;
  readonly socket: number;
  readonly kind: string;
  readonly name: string | number;
  readonly args: readonly unknown[];
  readonly worker: ScriptedWorker;
}

/** A Python worker, played by a test: it speaks the lines of the link, and runs functions of the test. */
export class ScriptedWorker {
  /** All that came, in order. */
  readonly frames: Frame[] = [];
  /** By kind and name, such as `event say`; of handlers of `/longpolling`: `handler 0`. */
  readonly handlers: Record<string, Handler> = {};
  readonly #socket: Socket;
  #text = '';
  #requests = 0;
  closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
    });
    onTestFinished(() => void socket.destroy());
  }

  /** Writes the row that proves a worker. @returns the proof, hex */
  static async prove(database: TestDatabase, declares: Declares = {}, secondsAgo = 0): Promise<string> {
    const proof = randomBytes(32);
    await database.query(
      `INSERT INTO web_socketio_worker (id, proof_sha256, seen, version, declares, answer)
       VALUES ($1, $2, now() - $3 * interval '1 second', 1, $4, 'it is me')`,
      [randomUUID(), sha256(proof), secondsAgo, JSON.stringify(declares)],
    );
    return proof.toString('hex');
  }

  /** Asks for a link and says hello; what is answered is in `frames`. */
  static async open(
    url: string,
    database: TestDatabase,
    options: WorkerOptions = {},
  ): Promise<ScriptedWorker> {
    const { hello = {}, headers = {}, ...declares } = options;
    const proof = await ScriptedWorker.prove(database, declares);
    const worker = await ScriptedWorker.dial(url, headers);
    worker.send([
      'hello',
      { version: 1, release: '1.0.0', db: database.name, worker: randomUUID(), proof, declares, ...hello },
    ]);
    return worker;
  }

  /** The same, and waits until it is welcome, which a sidecar says that reads its database. */
  static async link(
    url: string,
    database: TestDatabase,
    options: WorkerOptions = {},
  ): Promise<ScriptedWorker> {
    for (;;) {
      const worker = await ScriptedWorker.open(url, database, options);
      await expect.poll(() => worker.frames.length + Number(worker.closed)).toBeGreaterThan(0);
      if (worker.named('welcome').length > 0) return worker;
      if (worker.named('refused').some(([, refusal]) => Reflect.get(Object(refusal), 'retry') !== true))
        throw new Error(`Refused: ${JSON.stringify(worker.frames)}`);
    }
  }

  /** A connection on which nothing was said yet. */
  static async dial(url: string, headers: Readonly<Record<string, string>> = {}): Promise<ScriptedWorker> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const all = { Host: host, Connection: 'Upgrade', Upgrade: 'web_socketio_worker', ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    socket.write(`GET /web_socketio/worker HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    return new ScriptedWorker(socket);
  }

  /** The HTTP answer, as far as it came. */
  answer = '';

  /** Those of a name, in order. */
  named(name: string): Frame[] {
    return this.frames.filter(([one]) => one === name);
  }

  /** Sends a line with these frames. */
  send(...frames: readonly unknown[][]): void {
    this.write(`${JSON.stringify(frames)}\n`);
  }

  /** Sends this as it is. */
  write(text: string | Buffer): void {
    this.#socket.write(text);
  }

  /** Asks for something in the name of a run. Resolves with the answer; rejects with an error that has the code. */
  async ask(name: string, run: number, ...rest: readonly unknown[]): Promise<unknown> {
    this.#requests += 1;
    const request = this.#requests;
    this.send([name, request, run, ...rest]);
    const find = () => this.frames.find(([one, id]) => ANSWERS.has(one) && id === request);
    await expect.poll(find).toBeDefined();
    const [kind, , value] = find() ?? [];
    if (kind === 'answer') return value;
    throw Object.assign(new Error(JSON.stringify(value ?? kind)), value);
  }

  /** Waits for messages. @returns them, whole */
  async listen(
    run: number,
    adapter: string,
    args: readonly unknown[] = [],
    loop = false,
  ): Promise<unknown[]> {
    const ids = (await this.ask('listen', run, adapter, args, loop)) as string[];
    return ids.map((id) => this.messages.get(id));
  }

  /** The messages that came, by id. */
  readonly messages = new Map<string, unknown>();

  /** Ends it as a crash does. */
  kill(): void {
    this.#socket.destroy();
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause();
  }

  #read(text: string): void {
    this.#text += text;
    if (!this.answer.endsWith('\r\n\r\n')) {
      const end = this.#text.indexOf('\r\n\r\n');
      if (end === -1) return;
      this.answer = this.#text.slice(0, end + 4);
      this.#text = this.#text.slice(end + 4);
    }
    // The text of a refusal.
    if (!this.answer.startsWith('HTTP/1.1 101 ')) return;
    const lines = this.#text.split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) for (const frame of JSON.parse(line) as Frame[]) this.#take(frame);
  }

  #take(frame: Frame): void {
    this.frames.push(frame);
    const [name, first, second] = frame;
    if (name === 'ping') this.send(['pong', first]);
    if (name === 'messages')
      for (const message of first as { id: string }[]) this.messages.set(message.id, message);
    if (name === 'ask') this.choose?.(Number(first), String(second), frame[3] as [string[], number[]][]);
    if (name === 'run') void this.#run(frame);
  }

  /** Answers an ask. */
  choose: ((ask: number, adapter: string, groups: readonly [string[], number[]][]) => void) | null = null;

  async #run([, id, socket, kind, name, args]: Frame): Promise<void> {
    const handler = this.handlers[`${kind} ${name}`];
    if (handler === undefined) return;
    const run = { id, socket, kind, name, args, worker: this } as Run;
    try {
      const value = await handler(run);
      if (value !== NEVER) this.send(['return', run.id, value ?? null]);
    } catch (error) {
      this.send(['throw', run.id, { name: 'ValueError', message: String(error), ...Object(error) }]);
    }
  }
}

const ANSWERS = new Set(['answer', 'error', 'unask']);
