import type { NameSpaceHost } from '../api/host.ts';
import { type Declared, SHARED } from './declared.ts';
import type { NameSpaceSpec } from './declares.ts';
import { PythonSocket } from './python-socket.ts';
import { workerUnavailable } from './worker-error.ts';
import type { WorkerLink } from './worker-link.ts';

/** The workers of one database that are connected, and the sockets that have something in Python. */
export class WorkerPool {
  readonly db: string;
  readonly links = new Set<WorkerLink>();
  /** The handlers that were declared last: what counts while nobody is connected. */
  handlers: Declared['handlers'] = new Map();
  readonly #sockets = new WeakMap<NameSpaceHost, PythonSocket>();
  /** What was declared last, by path: what holds while nobody is connected. */
  readonly #known = new Map<string, NameSpaceSpec>();
  /** Who waits for a worker. */
  readonly #waiting = new Set<() => void>();

  constructor(db: string) {
    this.db = db;
  }

  /** How many handlers run in its workers. */
  get runs(): number {
    return [...this.links].reduce((sum, { runs }) => sum + runs, 0);
  }

  /** A worker is there. */
  add(link: WorkerLink): void {
    this.links.add(link);
    this.learn(link.declared);
    this.wake();
  }

  /** A worker has gone. */
  remove(link: WorkerLink): void {
    this.links.delete(link);
    // Some wait because theirs had said that it would go.
    this.wake();
  }

  /** What it declares is known from now on. */
  learn({ namespaces, handlers }: Declared): void {
    this.handlers = handlers;
    for (const [path, spec] of namespaces) this.#known.set(path, spec);
  }

  /** What was declared of a namespace. */
  nameSpace(path: string): NameSpaceSpec | undefined {
    return this.#known.get(path);
  }

  socketOf(host: NameSpaceHost): PythonSocket {
    let socket = this.#sockets.get(host);
    if (socket === undefined) {
      const made = new PythonSocket(host);
      socket = made;
      this.#sockets.set(host, made);
      host.onClose(() => {
        made.closed = true;
        made.link?.leave(made);
      });
    }
    return socket;
  }

  /** The link of a socket, which is given one if it has none; null if no worker is there. */
  find(socket: PythonSocket): WorkerLink | null {
    for (const link of this.links) {
      if (link !== socket.link) continue;
      if (link.open) return link;
      if (!link.release(socket)) return null;
      return this.find(socket);
    }
    if (socket.closed) return null;
    const { path } = socket.host;
    const has = ({ declared }: WorkerLink) => path === SHARED || declared.namespaces.has(path);
    // The one with the fewest sockets.
    const [first, ...others] = [...this.links].filter((link) => link.open && has(link));
    if (first === undefined) return null;
    const link = others.reduce((best, one) => (one.sockets.size < best.sockets.size ? one : best), first);
    link.take(socket);
    return link;
  }

  /** The same. @throws SidecarError `worker_unavailable` */
  require(socket: PythonSocket): WorkerLink {
    const link = this.find(socket);
    if (link === null) throw workerUnavailable(this.db);
    return link;
  }

  /** The same; waits, inside of the present run, until a worker is there. Rejects when the run has to end. */
  async wait(socket: PythonSocket): Promise<WorkerLink> {
    const signal = socket.host.currentRun().signal;
    for (;;) {
      const link = this.find(socket);
      if (link !== null) return link;
      await new Promise<void>((resolve, reject) => {
        if (signal.reason !== null) return reject(signal.reason);
        const stop = (reason: Error) => {
          this.#waiting.delete(arrived);
          reject(reason);
        };
        const arrived = () => {
          signal.delete(stop);
          resolve();
        };
        signal.add(stop);
        this.#waiting.add(arrived);
      });
    }
  }

  /** Who waits may find a worker now. */
  wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const arrived of waiting) arrived();
  }
}
