import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { quote, reason } from '../api/error.ts';
import type { Problem } from '../api/problem.ts';
import type { Registry } from '../api/registry.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { addressOf, type Sender } from '../lib/http/sender.ts';
import type { Log } from '../observability/log.ts';
import { RareWarnings } from '../observability/rare-warnings.ts';
import { type Refuse, strangerRefused } from '../observability/refused.ts';
import { readDeclares } from './declares.ts';
import { type Hello, LINK_VERSION } from './hello.ts';
import { LineConnection } from './line-connection.ts';
import { type KnownWorker, LinkOpening } from './link-opening.ts';
import { type Outcome, PythonDeclarations } from './python-declarations.ts';
import { type LinkOwner, WorkerLink } from './worker-link.ts';
import { WorkerPool } from './worker-pool.ts';

const PATH = '/web_socketio/worker';
const PROTOCOL = 'web_socketio_worker';

/** One served database, as its workers need it. */
export interface WorkerDatabase {
  /** The worker with that proof; null if there is none. @param hash SHA-256 of the proof */
  findWorker(hash: Buffer): Promise<KnownWorker | null>;
  /** To be counted. */
  count(what: 'worker_gone' | 'worker_linked'): void;
  /** Who says what it refuses of what is declared. */
  readonly modes: { conflicts(): readonly SidecarError[] };
}

/** What is needed to serve Python workers. */
export interface PythonWorkersOptions {
  readonly registry: Registry;
  readonly databases: ReadonlyMap<string, WorkerDatabase>;
  readonly log: Log;
  /** Told of each worker that is not taken. */
  readonly refuse: Refuse;
  /** The sidecar's own. */
  readonly release: string;
  /** A namespace is new: sockets may ask for it from now on. */
  added(path: string): void;
  /** Handlers are new that run when a page connects: those that are connected have to come back for them. */
  missed(db: string): void;
  /** Adapters are new: a channel may have another mode now, and what waits in it a reader. */
  declared(): void;
}

/** The Python workers of one sidecar: who may link, what they have, and what they are given. */
export class PythonWorkers implements LinkOwner {
  readonly #options: PythonWorkersOptions;
  readonly #id = randomUUID();
  readonly #pools: ReadonlyMap<string, WorkerPool>;
  readonly #declarations: PythonDeclarations;
  readonly #opening = new Set<LinkOpening>();
  readonly #warnings: RareWarnings;
  #draining = false;

  constructor(options: PythonWorkersOptions) {
    this.#options = options;
    this.#pools = new Map([...options.databases.keys()].map((db) => [db, new WorkerPool(db)]));
    this.#declarations = new PythonDeclarations({
      registry: options.registry,
      pool: (db) => this.#pool(db),
      added: (path) => {
        options.log.info(null, `Add namespace: '${path}'`);
        options.added(path);
      },
    });
    this.#warnings = new RareWarnings((problem, details) => options.log.warn(null, problem, details));
  }

  /** How many workers a database has here, and how many handlers run in them. */
  gauges(db: string): { readonly workers: number; readonly runs: number } {
    const pool = this.#pool(db);
    return { workers: pool.links.size, runs: pool.runs };
  }

  /** Is that namespace one in Python? */
  declares(path: string): boolean {
    return this.#declarations.has(path);
  }

  /**
   * Takes a connection that asks to become a link. No browser has business here, and only a browser names an origin.
   * @returns false if it asks for something else
   */
  upgrade({ url, method, headers }: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (url !== PATH || method !== 'GET' || headers.upgrade?.toLowerCase() !== PROTOCOL) return false;
    if (headers.origin !== undefined || !(socket instanceof Socket)) return false;
    const sender = { address: addressOf(headers['x-forwarded-for'], socket), origin: null };
    const opening = new LinkOpening({
      admit: (hello) => this.#admit(hello),
      accept: (worker, hello, connection) => this.#accept(worker, hello, connection),
      refused: (error, db) => this.#refused(error, db, sender),
      over: () => this.#opening.delete(opening),
    });
    this.#opening.add(opening);
    opening.start(new LineConnection(socket, opening), head);
    return true;
  }

  /**
   * Declares what the workers have that ran last. A page that comes before they do finds everything, and waits for them.
   *
   * @param declared as each wrote it
   */
  learn(db: string, declared: readonly unknown[]): void {
    let isNew = false;
    for (const one of declared) {
      // What is refused here its own worker is told, and the log with it.
      const outcome = this.#declarations.add(readDeclares(one), this.#used(null));
      this.#pool(db).learn(outcome.declared);
      isNew ||= outcome.isNew;
    }
    if (isNew) this.#options.declared();
  }

  /** The server modules were loaded anew. */
  declareAgain(): void {
    for (const error of this.#declarations.again()) this.#options.log.error(null, error);
  }

  /** Takes no more links, and lets those that are there know. May be called twice. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const link of this.#links()) link.drain();
  }

  /** Closes every link. May be called twice. */
  stop(): void {
    this.drain();
    for (const opening of this.#opening) opening.close();
    for (const link of this.#links()) link.end();
  }

  declare(link: WorkerLink, declares: Readonly<Record<string, unknown>>): void {
    const outcome = this.#declarations.add(readDeclares(declares), this.#used(link.worker));
    const { adapters, namespaces, handlers } = outcome.declared;
    link.declared = {
      adapters: new Map([...link.declared.adapters, ...adapters]),
      namespaces: new Map([...link.declared.namespaces, ...namespaces]),
      handlers: new Map([...link.declared.handlers, ...handlers]),
    };
    this.#pool(link.db).learn(link.declared);
    this.#say(link, outcome);
  }

  closed(link: WorkerLink, problem: SidecarError | null, runs: number): void {
    const { log } = this.#options;
    this.#pool(link.db).remove(link);
    if (problem !== null) log.warn(link.db, problem);
    if (!link.open && !this.#draining && problem === null && link.said) {
      log.info(link.db, `The Python worker ${link.worker} has ended`);
      return;
    }
    if (this.#draining) return;
    this.#options.databases.get(link.db)?.count('worker_gone');
    const message = `The link of the Python worker ${link.worker} has ended: what its ${runs} handler(s) held is offered again, and pages wait for another worker`;
    log.warn(link.db, { code: 'worker_gone', message });
  }

  freed({ db }: WorkerLink): void {
    this.#pool(db).wake();
  }

  failed(link: WorkerLink, error: unknown): void {
    const problem: Problem =
      error instanceof SidecarError ? error : { code: 'handler_failed', message: reason(error) };
    this.#warnings.warn(`${link.db} ${problem.code}`, problem);
  }

  #pool(db: string): WorkerPool {
    const pool = this.#pools.get(db);
    if (pool === undefined) throw new Error(`The database ${quote(db)} is not served`);
    return pool;
  }

  #links(): WorkerLink[] {
    return [...this.#pools.values()].flatMap(({ links }) => [...links]);
  }

  #refused(problem: SidecarError, db: string | null, sender: Sender): void {
    const served = db !== null && this.#pools.has(db) ? db : null;
    this.#options.refuse({ ...strangerRefused('link', problem, sender), db: served });
  }

  /** The adapters of all workers, or all but one, which may have two links for a moment. */
  #used(worker: string | null): ReadonlySet<string> {
    const others = this.#links().filter((link) => link.worker !== worker);
    return new Set(others.flatMap(({ declared }) => [...declared.adapters.keys()]));
  }

  /** @throws SidecarError why the worker is not taken */
  async #admit({ db, proof }: Hello): Promise<KnownWorker> {
    if (this.#draining) throw drainingError();
    const database = this.#options.databases.get(db);
    if (database === undefined) {
      const served = [...this.#options.databases.keys()].join(', ');
      const text = `This sidecar serves ${served}, and no ${quote(db)}. Add it to -d of the sidecar, or give the worker another sidecar.`;
      throw new SidecarError('link_database', text);
    }
    const worker = await database.findWorker(createHash('sha256').update(proof).digest());
    if (worker !== null) return worker;
    const text = `The database '${db}' knows no worker with that proof, or has not heard of it for 30 s. The worker writes its row into web_socketio_worker before it links: it has to use the same database as the sidecar.`;
    throw new SidecarError('link_proof', text);
  }

  #accept(
    { id: worker, answer }: KnownWorker,
    { db, release, declares }: Hello,
    connection: LineConnection,
  ): void {
    // It may have begun while that was looked up.
    if (this.#draining) throw drainingError();
    this.#declarations.check(declares, this.#used(worker));
    const outcome = this.#declarations.add(declares, this.#used(worker));
    const link = new WorkerLink(db, worker, outcome.declared, connection, this);
    connection.owner = link;
    connection.trust();
    const welcome = { version: LINK_VERSION, release: this.#options.release, sidecar: this.#id, answer };
    link.send(JSON.stringify(['welcome', welcome]));
    const { adapters, namespaces, handlers } = outcome.declared;
    const has = `${namespaces.size} namespace(s), ${handlers.size} handler(s), ${adapters.size} adapter(s)`;
    this.#options.log.info(db, `A Python worker is connected, release ${release}: ${worker}, with ${has}`);
    const pool = this.#pool(db);
    for (const one of pool.links) if (one.worker === worker) one.challenge();
    pool.add(link);
    this.#options.databases.get(db)?.count('worker_linked');
    this.#say(link, outcome);
  }

  /** What was refused is said on both sides. */
  #say(link: WorkerLink, { rejected, isNew, isMissed }: Outcome): void {
    if (isNew) this.#options.declared();
    if (isMissed) this.#options.missed(link.db);
    const refusals = [...rejected, ...this.#conflicts(link)];
    for (const { code, message } of refusals) link.send(JSON.stringify(['rejected', { code, message }]));
    // Conflicts of modes are said where the database is reported on.
    for (const error of rejected) this.#options.log.error(link.db, error);
  }

  #conflicts({ db, declared }: WorkerLink): readonly SidecarError[] {
    const channels = [...declared.adapters.values()].map(({ channel }) => `'${channel}'`);
    const conflicts = this.#options.databases.get(db)?.modes.conflicts() ?? [];
    return conflicts.filter(({ message }) => channels.some((channel) => message.includes(channel)));
  }
}

function drainingError(): SidecarError {
  return new SidecarError('link_draining', 'This sidecar is being stopped.');
}
