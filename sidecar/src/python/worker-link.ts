import type { Message } from '../api/message.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { AskBatch } from './ask-batch.ts';
import type { Declared } from './declared.ts';
import { type Frame, readFrames } from './frame.ts';
import type { LineConnection, LineOwner } from './line-connection.ts';
import { LinkRequests } from './link-requests.ts';
import { isTooDeep } from './nesting.ts';
import { PythonRun } from './python-run.ts';
import type { Order, PythonSocket, SocketLink } from './python-socket.ts';
import type { RequestLink } from './request-link.ts';
import { toError, tooDeepError, workerUnavailable } from './worker-error.ts';

/** How often the worker is asked whether it is there, and how long it may be silent. */
const PING_MS = 5_000;
const SILENT_MS = 30_000;
/** How long, if it has linked anew: whoever lost a connection comes back by another one. */
const CHALLENGE_MS = 5_000;

/** Who is told of a link. */
export interface LinkOwner {
  /** The worker declares more. */
  declare(link: WorkerLink, declares: Readonly<Record<string, unknown>>): void;
  /** @param runs how many handlers ran in it */
  closed(link: WorkerLink, problem: SidecarError | null, runs: number): void;
  /** It stops, and one of its sockets may go elsewhere. */
  freed(link: WorkerLink): void;
  /** Something that the worker asked for, and cannot be told of, failed. */
  failed(link: WorkerLink, error: unknown): void;
}

/** One accepted link to a worker: its sockets, and the handlers that run in it. */
export class WorkerLink implements LineOwner, RequestLink, SocketLink {
  readonly db: string;
  /** The id of the worker. */
  readonly worker: string;
  /** What it has. */
  declared: Declared;
  readonly sockets = new Map<number, PythonSocket>();
  readonly asks: AskBatch;
  readonly #connection: LineConnection;
  readonly #owner: LinkOwner;
  readonly #requests: LinkRequests;
  readonly #runs = new Map<number, PythonRun>();
  readonly #pinging: NodeJS.Timeout;
  #challenge: NodeJS.Timeout | null = null;
  #heardAt = performance.now();
  #lastSocket = 0;
  #lastRun = 0;
  #stopping = false;
  #closed = false;

  constructor(db: string, worker: string, declared: Declared, connection: LineConnection, owner: LinkOwner) {
    this.db = db;
    this.worker = worker;
    this.declared = declared;
    this.#connection = connection;
    this.#owner = owner;
    this.asks = new AskBatch((frame, messages) => this.send(frame, messages));
    this.#requests = new LinkRequests(this);
    this.#pinging = setInterval(() => this.#ping(), PING_MS).unref();
  }

  /** May more be given to it? */
  get open(): boolean {
    return !this.#closed && !this.#stopping;
  }

  /** Did it say that it would go? */
  get said(): boolean {
    return this.#stopping;
  }

  /** How many handlers run in it. */
  get runs(): number {
    return this.#runs.size;
  }

  run(id: number): PythonRun | undefined {
    return this.#runs.get(id);
  }

  send(frame: string, messages?: readonly Message[]): void {
    this.#connection.send(frame, messages);
  }

  /** Takes a socket, for as long as both are there. */
  take(socket: PythonSocket): void {
    this.#lastSocket += 1;
    socket.link = this;
    socket.number = this.#lastSocket;
    socket.told = undefined;
    this.sockets.set(socket.number, socket);
  }

  leave(socket: PythonSocket): void {
    if (!this.sockets.delete(socket.number)) return;
    if (socket.told !== undefined) this.send(JSON.stringify(['close', socket.number]));
    for (const [id, run] of this.#runs) if (run.socket === socket) this.#runs.delete(id);
  }

  /**
   * Its worker stops: lets a socket go to another one as soon as nothing of it runs here.
   * @returns whether it has
   */
  release(socket: PythonSocket): boolean {
    if (socket.link !== this) return true;
    for (const run of this.#runs.values()) if (run.socket === socket) return false;
    this.leave(socket);
    socket.link = null;
    this.#beginAgain(socket);
    return true;
  }

  begin(socket: PythonSocket, { kind, name, args, addon, isAsked = true }: Order): Promise<unknown> {
    if (isTooDeep(args)) return Promise.reject(tooDeepError(name));
    this.#tell(socket);
    this.#lastRun += 1;
    const id = this.#lastRun;
    const frame = JSON.stringify(['run', id, socket.number, kind, name, args]);
    const done = this.adopt(id, socket, addon, isAsked);
    if (this.#runs.has(id)) this.send(frame);
    return done;
  }

  adopt(id: number, socket: PythonSocket, addon: string, isAsked: boolean): Promise<unknown> {
    const signal = socket.host.currentRun().signal;
    const end = () => this.send(JSON.stringify(['end', id]));
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(workerUnavailable(this.db));
      if (signal.reason !== null) {
        if (id < 0) end();
        return reject(signal.reason);
      }
      this.#runs.set(id, new PythonRun({ id, socket, addon, isAsked, signal, end, resolve, reject }));
    });
  }

  /** Its worker has linked a second time: is this one dead? */
  challenge(): void {
    const at = performance.now();
    if (this.#challenge !== null) clearTimeout(this.#challenge);
    this.#ping();
    this.#challenge = setTimeout(() => {
      if (this.#heardAt < at) this.#silent(performance.now() - at);
    }, CHALLENGE_MS).unref();
  }

  /** Says that the sidecar is being stopped. */
  drain(): void {
    this.send(JSON.stringify(['drain']));
  }

  end(): void {
    this.#connection.end();
  }

  line(text: string): void {
    this.#heardAt = performance.now();
    for (const frame of readFrames(text)) this.#take(frame);
  }

  closed(problem: SidecarError | null): void {
    this.#closed = true;
    clearInterval(this.#pinging);
    if (this.#challenge !== null) clearTimeout(this.#challenge);
    const gone = workerUnavailable(this.db);
    const sockets = [...this.sockets.values()];
    for (const socket of sockets) socket.link = null;
    this.sockets.clear();
    this.#owner.closed(this, problem, this.#runs.size);
    this.asks.fail(gone);
    const lost = this.#lost();
    for (const run of this.#runs.values()) run.threw(gone);
    this.#runs.clear();
    for (const socket of sockets) this.#beginAgain(socket);
    for (const socket of lost) socket.host.end(gone);
  }

  #take(frame: Frame): void {
    switch (frame[0]) {
      case 'return':
        return void this.#ended(frame[1])?.returned(frame[2]);
      case 'throw':
        return void this.#threw(frame);
      case 'selected':
        return void this.asks.selected(frame);
      case 'declare':
        return void this.#owner.declare(this, frame[1]);
      case 'bye':
        this.#stopping = true;
        for (const socket of [...this.sockets.values()]) this.release(socket);
        return;
      case 'hello':
        throw new SidecarError(
          'link_protocol',
          'The worker said hello a second time. Run one of the sidecar’s release.',
        );
      case 'pong':
        return;
      default:
        this.#requests.take(frame, (error) => this.#owner.failed(this, error));
    }
  }

  /** What its connection had started, and nobody else begins anew. */
  #beginAgain({ connects }: PythonSocket): void {
    for (const again of [...(connects?.values() ?? [])]) {
      try {
        again();
      } catch (error) {
        this.#owner.failed(this, error);
      }
    }
  }

  /**
   * The sockets with something that a handler of an event had spawned, which nobody here can begin anew: their pages come
   * back and ask for it.
   */
  #lost(): ReadonlySet<PythonSocket> {
    const lost = new Set<PythonSocket>();
    for (const { id, socket, isAsked } of this.#runs.values()) if (id < 0 && isAsked) lost.add(socket);
    return lost;
  }

  #ended(id: number): PythonRun | undefined {
    const run = this.#runs.get(id);
    this.#requests.ended(id);
    this.#runs.delete(id);
    // What waits for its end may still have something to say there.
    if (this.#stopping && run !== undefined) setImmediate(() => this.#free(run.socket));
    return run;
  }

  #free(socket: PythonSocket): void {
    if (!this.#closed && this.release(socket)) this.#owner.freed(this);
  }

  /** What the worker ends because it stops is begun anew elsewhere. */
  #threw([, id, thrown]: Frame<'throw'>): void {
    const error = toError(thrown);
    const isStopped = this.#stopping && thrown['ended'] === true;
    const run = this.#ended(id);
    if (run === undefined) return;
    if (!isStopped) return void run.threw(error);
    const gone = workerUnavailable(this.db);
    run.threw(gone);
    if (id < 0 && run.isAsked) run.socket.host.end(gone);
  }

  /** Before its first run, and whenever its session is another one. */
  #tell(socket: PythonSocket): void {
    const { session } = socket.host;
    if (socket.told === session) return;
    socket.told = session;
    const { uid = null, context = {} } = session ?? {};
    this.send(JSON.stringify(['open', socket.number, socket.host.path, { uid, context }]));
  }

  #ping(): void {
    const silentMs = performance.now() - this.#heardAt;
    if (silentMs < SILENT_MS) return void this.send(JSON.stringify(['ping', Math.round(this.#heardAt)]));
    this.#silent(silentMs);
  }

  #silent(silentMs: number): void {
    const message = `The worker has sent nothing for ${Math.round(silentMs / 1000)} s: its link is closed. Look in its log for a handler that blocks.`;
    this.#connection.fail(new SidecarError('link_silent', message));
  }
}
