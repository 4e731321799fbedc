import { hostname } from 'node:os';
import { OdooBus } from './bus/odoo-bus.ts';
import type { Settings } from './config/settings.ts';
import { Database } from './database/database.ts';
import type { StatusLook } from './database/database-status.ts';
import { readinessOf } from './database/readiness.ts';
import { StatusRounds } from './database/status-rounds.ts';
import { Origins } from './lib/http/origins.ts';
import { Turns } from './lib/turns.ts';
import { ServerModules } from './modules/server-modules.ts';
import { SidecarCounts } from './observability/counts/sidecar-counts.ts';
import type { Gauges } from './observability/gauges.ts';
import type { Log } from './observability/log.ts';
import { Metrics } from './observability/metrics/metrics.ts';
import type { QueueDepth } from './observability/queue-depth.ts';
import type { Refuse } from './observability/refused.ts';
import { RefusedConnections } from './observability/refused-connections.ts';
import { BusRoute } from './odoo/bus/bus-route.ts';
import type { ModelCaller } from './odoo/calls/model-caller.ts';
import { openTransport } from './odoo/calls/transport-choice.ts';
import { OdooProbe } from './odoo/http/odoo-probe.ts';
import { OdooServer } from './odoo/http/odoo-server.ts';
import { SessionCheck } from './odoo/session/session-check.ts';
import { TokenExchange } from './odoo/session/token-exchange.ts';
import { PythonWorkers } from './python/python-workers.ts';
import { HandlerRun } from './socketio/handlers/handler-run.ts';
import { SocketServer } from './socketio/server.ts';
import { CheckPace } from './socketio/session/check-pace.ts';

/** How long Odoo may take to look at sessions: clients that connect wait for it. */
const SESSION_MS = 10_000;
/** How long it may take to say what bus sockets get: nobody gets less by waiting, and it may have to load its addons first. */
const BUS_MS = 30_000;

/** So many databases are asked or told something at the same time, beside what their pages need, … */
const AT_ONCE = 4;
/** … and one that takes longer keeps no other from it, in milliseconds. */
const TURN_MS = 5_000;

/** The addon with the namespace that all others share. */
const SHARED = 'web_longpolling';

/** The whole server: loads the server modules, reads the databases, holds the sockets. */
export class Sidecar {
  /** What happened since it was made. */
  readonly counts: SidecarCounts;
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #modules: ServerModules;
  readonly #databases: ReadonlyMap<string, Database>;
  readonly #server: SocketServer;
  readonly #bus: OdooBus;
  readonly #workers: PythonWorkers;
  readonly #metrics: Metrics;
  readonly #refusals: RefusedConnections;
  readonly #probe: OdooProbe;
  readonly #caller: ModelCaller;
  readonly #exchange: TokenExchange;
  readonly #check: SessionCheck;
  readonly #status: StatusRounds;
  readonly #busRoute: BusRoute;
  #port = 0;
  #starting: Promise<number> | null = null;
  #stopping: Promise<void> | null = null;

  /** @param release which the other side of a link is told */
  constructor(settings: Settings, log: Log, release = '0') {
    this.#settings = settings;
    this.#log = log;
    this.#refusals = new RefusedConnections(log);
    this.counts = new SidecarCounts(settings.databases);
    const refuse: Refuse = (refused) => {
      this.counts.refused(refused);
      this.#refusals.add(refused);
    };
    this.#modules = new ServerModules({
      addonsPath: settings.addonsPath,
      dev: settings.dev,
      log,
      replace: (replace) => this.#replaceModules(replace),
    });
    const { registry } = this.#modules;
    const { odooUrl: url, transport } = settings;
    const caller = openTransport({ url, transport }, (db, text) => log.info(db, text));
    const server = new OdooServer({ url, timeoutMs: SESSION_MS });
    const exchange = new TokenExchange(server);
    const check = new SessionCheck(server);
    const bus = new BusRoute(new OdooServer({ url, timeoutMs: BUS_MS }));
    this.#caller = caller;
    this.#exchange = exchange;
    this.#check = check;
    this.#busRoute = bus;
    const { postgres, retention, maxAttempts, maxCursor, wakeUp } = settings;
    const pace = new CheckPace(settings.databases.length);
    const turns = new Turns(AT_ONCE, TURN_MS);
    const open = (name: string): [string, Database] => {
      const database = new Database({
        ...{
          name,
          postgres,
          caller,
          exchange,
          check,
          bus,
          pace,
          turns,
          retention,
          maxAttempts,
          maxCursor,
          registry,
          log,
          release,
          wakeUp: wakeUp,
        },
        counts: this.counts.of(name),
        // Of the shared one each handler declares its adapter, and in Python each class does.
        nameSpaceAddons: () =>
          [...registry.all()]
            .filter(({ addon, path }) => addon !== SHARED && !this.#workers.declares(path))
            .map(({ addon }) => addon),
        addonsChanged: (change) => this.#modules.addonsChanged(name, change),
        declaredInPython: (declared) => this.#workers.learn(name, declared),
        broadcast: (broadcast) => this.#server.broadcast(name, broadcast),
        restart: () => this.#server.restart(name),
        gone: () => {
          this.#server.leave(name);
          this.#bus.leave(name);
        },
      });
      return [name, database];
    };
    this.#databases = new Map(settings.databases.map(open));
    this.#workers = new PythonWorkers({
      ...{ registry, log, refuse, release, databases: this.#databases },
      added: (path) => this.#server.add(path),
      missed: (db) => void this.#server.renew(() => undefined, db),
      declared: () => this.#declared(),
    });
    this.#metrics = new Metrics({
      counts: this.counts,
      look: () => this.gauges,
      depths: () => this.depths(),
    });
    const { limits, drainSeconds, eventedUrl } = settings;
    const drainMs = drainSeconds * 1000;
    this.#bus = new OdooBus({
      ...{ databases: this.#databases, eventedUrl, maxCursor, drainMs, log, refuse },
      origins: new Origins(limits.origins),
      queueBytes: limits.queueBytes,
    });
    this.#server = new SocketServer({
      interface: settings.interface,
      port: settings.port,
      registry,
      databases: new Map(
        [...this.#databases].map(([name, database]) => [name, { gateway: database, watch: database.watch }]),
      ),
      ...{ log, refuse, drainMs, counts: this.counts },
      route: settings.route,
      limits,
      router: {
        readiness: () =>
          readinessOf(
            [...this.#databases.values()],
            this.#stopping !== null,
            (db) => this.#workers.gauges(db).workers,
            (db) => this.#bus.socketsOf(db),
          ),
        metrics: () => this.#metrics.text(),
        refusals: () => ({ server: 'web_socketio', release, refusals: this.#refusals.recent }),
        upgrade: (...connection) => this.#bus.upgrade(...connection) || this.#workers.upgrade(...connection),
        refusal: (request) => this.#bus.refusal(request),
      },
      handlersEnded: () => {
        this.#workers.stop();
        this.#bus.stop();
      },
    });
    this.#status = new StatusRounds([...this.#databases.values()], () => this.#look());
    this.#probe = new OdooProbe(settings.odooUrl, {
      answers: (text) => log.info(null, text),
      failed: (problem, next) => log.warn(null, problem, { next }),
    });
  }

  /** The handler in which this is called, however many promises lie between. */
  static currentHandler(): { readonly event: string; readonly addon: string } | null {
    const run = HandlerRun.current();
    return run === undefined ? null : { event: run.label, addon: run.addon };
  }

  /** How it is now. */
  get gauges(): Gauges {
    const databases = [...this.#databases.values()].map(({ gauges }) => {
      const { workers, runs } = this.#workers.gauges(gauges.db);
      const busListeners = this.#bus.socketsOf(gauges.db);
      return { ...gauges, workers, workerRuns: runs, busListeners };
    });
    return { databases, pages: this.#server.pages, busSockets: this.#bus.sockets };
  }

  /** What the queues of each database hold; null where that cannot be known. It asks PostgreSQL, at most once in five seconds. */
  async depths(): Promise<ReadonlyMap<string, readonly QueueDepth[] | null>> {
    const found = [...this.#databases.values()].map(async (one) => [one.name, await one.depths()] as const);
    return new Map(await Promise.all(found));
  }

  /**
   * Starts everything. PostgreSQL and Odoo need not be there yet. Calling it again changes nothing.
   *
   * @returns the port
   * @throws SidecarError `port_unusable`
   */
  start(): Promise<number> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** Stops everything, in the opposite order. May be called twice, and before `start`. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Deletes what has grown old in every database. It happens once a minute by itself. */
  async clean(): Promise<void> {
    await Promise.all([...this.#databases.values()].map((database) => database.clean()));
  }

  /** Looks for handlers that do not end. It happens by itself. @param now by the monotonic clock, in milliseconds */
  lookForStuck(now: number): void {
    this.#server.lookForStuck(now);
  }

  /** Sends pings over Odoo's bus, and closes what is dead, slow or too old. It happens by itself. @param now as above */
  lookAfterBus(now: number): void {
    this.#bus.lookAfter(now);
  }

  /** Has what the operator's screen shows written, if something has changed. It happens by itself. */
  async tellStatus(): Promise<void> {
    await this.#status.round();
  }

  async #start(): Promise<number> {
    const { interface: address, databases } = this.#settings;
    await this.#modules.start();
    for (const database of this.#databases.values()) database.start();
    const port = await this.#server.start();
    this.#port = port;
    this.#status.start();
    this.#probe.start();
    this.#log.info(null, `Listening on http://${address}:${port} for ${databases.join(', ')}`);
    return port;
  }

  async #replaceModules(replace: () => void): Promise<void> {
    await this.#server.renew(() => {
      replace();
      this.#workers.declareAgain();
      this.#declared();
    });
  }

  #declared(): void {
    for (const database of this.#databases.values()) database.modulesReplaced();
  }

  async #stop(): Promise<void> {
    // Who started it was told why it failed.
    await this.#starting?.catch(() => undefined);
    await this.#modules.stop();
    await this.#probe.stop();
    this.#workers.drain();
    await Promise.all([this.#server.drain(), this.#bus.drain()]);
    // Not before: its row says within how many seconds it is written again, and draining may take longer.
    this.#status.stop();
    await this.#server.stop();
    await Promise.all([...this.#databases.values()].map((database) => database.stop()));
    this.#caller.stop();
    this.#exchange.stop();
    this.#check.stop();
    this.#busRoute.stop();
    this.#refusals.stop();
    this.#log.info(null, 'Stopped');
  }

  #look(): (db: string) => StatusLook {
    const census = this.#server.census();
    const at = `${hostname()}:${this.#port}`;
    return (db) => ({
      at,
      bus: this.#bus.socketsOf(db),
      workers: this.#workers.gauges(db).workers,
      users: census.of(db),
    });
  }
}
