import { CONTROL_CHANNEL } from '../api/adapter.ts';
import type { SidecarError } from '../api/sidecar-error.ts';
import type { BusGateway } from '../bus/bus-gateway.ts';
import type { BusSource } from '../bus/notification.ts';
import { ChannelModes } from '../delivery/channel-modes.ts';
import { type ControlMessage, writeBroadcast } from '../delivery/control-message.ts';
import { Dispatcher } from '../delivery/dispatcher.ts';
import type { Position } from '../delivery/each/position.ts';
import type { ReplayResult } from '../delivery/each/replay.ts';
import { QueueHub } from '../delivery/queue/queue-hub.ts';
import type { SourceEvents } from '../delivery/source.ts';
import type { DatabaseCounts } from '../observability/counts/database-counts.ts';
import type { DatabaseGauges } from '../observability/gauges.ts';
import type { QueueDepth } from '../observability/queue-depth.ts';
import { DatabaseCalls } from '../odoo/database-calls.ts';
import { Connections } from '../postgres/connections.ts';
import { Housekeeping } from '../postgres/housekeeping.ts';
import { PostgresSource } from '../postgres/postgres-source.ts';
import type { DeadMessage } from '../postgres/queue/lease-release.ts';
import { LeaseTable } from '../postgres/queue/lease-table.ts';
import { QueueDepths } from '../postgres/queue/queue-depths.ts';
import { InstalledAddons } from '../postgres/tables/installed-addons.ts';
import { insertMessage } from '../postgres/tables/message-table.ts';
import { checkSchema } from '../postgres/tables/schema-version.ts';
import { SessionTable } from '../postgres/tables/session-table.ts';
import { findWorker, type WorkerRow } from '../postgres/tables/worker-table.ts';
import type { Gateway, Proof } from '../socketio/gateway.ts';
import { SessionHold } from '../socketio/session/session-hold.ts';
import { SessionWatch } from '../socketio/session/session-watch.ts';
import { DatabaseBus } from './database-bus.ts';
import type { DatabaseOptions } from './database-options.ts';
import { DatabaseReport, GONE } from './database-report.ts';
import { DatabaseStatus } from './database-status.ts';
import { PastDeclarations } from './past-declarations.ts';
import { UnheardChannels } from './unheard-channels.ts';

/** One database: what is read from it and written to it, for the sockets of its users. */
export class Database implements Gateway, BusGateway {
  readonly name: string;
  readonly delivery: Dispatcher;
  readonly modes: ChannelModes;
  readonly watch: SessionWatch;
  /** What the operator's screen in Odoo shows of it. */
  readonly status: DatabaseStatus;
  readonly call: Gateway['call'] = (call) => this.#calls.call(call);
  readonly counts: DatabaseCounts;
  readonly count: Gateway['count'] = (what, by) => this.counts.count(what, by);
  readonly notify: Gateway['notify'] = (...said) => insertMessage(this.#connections.pool, this.name, ...said);
  readonly broadcast: Gateway['broadcast'] = async (said) =>
    await insertMessage(this.#connections.pool, this.name, CONTROL_CHANNEL, null, writeBroadcast(said));
  readonly exchange: Gateway['exchange'] = (offer) => this.#calls.exchange(offer);
  readonly checkSessions: Gateway['checkSessions'] = (origin, tokens) => this.#calls.check(origin, tokens);
  readonly askBus: BusGateway['askBus'] = (origin, asks) => this.#bus.ask(origin, asks);
  readonly holdSession: BusGateway['holdSession'] = (token, holder) =>
    SessionHold.take(this, this.watch, token, holder);
  readonly #options: DatabaseOptions;
  readonly #report: DatabaseReport;
  readonly #connections: Connections;
  readonly #sessions: SessionTable;
  readonly #modules: InstalledAddons;
  readonly #declared: PastDeclarations;
  readonly #unheard: UnheardChannels;
  readonly #queues: QueueHub;
  readonly #leases: LeaseTable;
  readonly #depths: QueueDepths;
  readonly #housekeeping: Housekeeping;
  readonly #calls: DatabaseCalls;
  readonly #bus: DatabaseBus;
  readonly #source: PostgresSource;
  #ready = false;
  #stopping: Promise<void> | null = null;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.name = options.name;
    this.counts = options.counts;
    this.#report = new DatabaseReport(options.log, this.name);
    this.#connections = new Connections(options.postgres, this.name);
    const { pool } = this.#connections;
    this.#sessions = new SessionTable(pool);
    this.#modules = new InstalledAddons(pool, (change) => {
      this.#bus.source.lookAgain();
      options.addonsChanged(change);
    });
    this.#declared = new PastDeclarations(pool, (declared) => options.declaredInPython(declared));
    this.modes = new ChannelModes(options.registry, (addon) => this.isInstalled(addon));
    this.#leases = new LeaseTable(pool, options.maxAttempts, {
      dead: (messages) => this.#dead(messages),
      sidecarsGone: (count) => this.#report.sidecarsGone(count),
      counts: this.counts.leases,
      refused: (error) => this.#report.refused(error),
      heartbeat: this.#report.about('heartbeat'),
      acknowledgements: this.#report.about('acknowledgements'),
      requeues: this.#report.about('requeues'),
    });
    this.#depths = new QueueDepths(pool, options.turns, () => this.count('queue_look_failed'));
    this.#unheard = new UnheardChannels(this, options, this.#report);
    this.#queues = new QueueHub(this.#leases, this.#report.about('queues'));
    this.#housekeeping = new Housekeeping({
      pool,
      retention: options.retention,
      controlChannel: CONTROL_CHANNEL,
      isEach: (channel) => this.modes.get(channel) === 'each',
      purged: ({ each, queue }) => {
        this.count('purged_each', each);
        this.count('purged_queue', queue);
        this.#report.aged(queue);
      },
      ...this.#report.about('housekeeping'),
    });
    this.#calls = new DatabaseCalls({
      ...{ ...options, db: options.name, sidecar: this.#leases.heartbeat },
      refused: (token) => this.watch.refused(token),
    });
    this.watch = new SessionWatch(this, options.pace, this.#report.about('checks'));
    const { release, turns } = options;
    const { modes } = this;
    this.status = new DatabaseStatus({ pool, modes, turns, release, ...this.#report.about('status') });
    this.delivery = new Dispatcher({
      modes: this.modes,
      queues: this.#queues,
      control: (message) => this.#control(message),
      unheard: (arrivals) => this.#unheard.see(arrivals),
      arrived: (channel) => this.status.arrived(channel),
      restarted: () => this.#restarted(),
    });
    this.#bus = new DatabaseBus({
      ...{ pool, database: this.name, report: this.#report, calls: this.#calls },
      wake: () => this.#source.wake(),
      isInstalled: (addon) => this.isInstalled(addon),
      refreshModules: (freshMs) => this.refreshModules(freshMs),
    });
    this.#source = this.delivery.add((events) => this.#openSource(events));
  }

  /** Odoo's bus. */
  get bus(): BusSource {
    return this.#bus.source;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get problem(): SidecarError | null {
    return this.#report.problem;
  }

  get troubles(): readonly SidecarError[] {
    return this.#report.troubles;
  }

  get gauges(): Omit<DatabaseGauges, 'workers' | 'workerRuns' | 'busListeners'> {
    const { armed } = this.#source;
    const { codes: problems } = this.#report;
    return { db: this.name, connected: this.problem === null, armed, problems, calls: this.#calls.load };
  }

  /** What its queues hold; null while that cannot be known. */
  async depths(): Promise<readonly QueueDepth[] | null> {
    return this.problem === null ? await this.#depths.read(this.modes.queues) : null;
  }

  /** Starts to read, and goes on until `stop`. */
  start(): void {
    this.delivery.start();
  }

  /** Gives every lease back and closes every connection. May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Deletes what has grown old. */
  async clean(): Promise<void> {
    await this.#housekeeping.run();
  }

  findProof(tokenHash: string): Promise<Proof | undefined> {
    return this.#report.during('sessions', () => this.#sessions.find(tokenHash));
  }

  /** Server modules were loaded anew: a channel may have another mode now, and what waits in it another reader. */
  modulesReplaced(): void {
    this.#queues.reload();
    this.#report.conflicts(this.modes.conflicts());
  }

  refreshModules(freshMs?: number): Promise<void> {
    // Each page that comes asks, and hardly one of them finds the list old.
    return this.#declared.isKnown && this.#modules.isFresh(freshMs)
      ? Promise.resolve()
      : this.#refreshModules(freshMs);
  }

  async #refreshModules(freshMs?: number): Promise<void> {
    const { heard } = this.modes;
    await this.#report.during('modules', () => this.#modules.refresh(freshMs));
    await this.#declared.read();
    // What came in a flood while nobody could hear a queue is not known here.
    if (this.modes.heard.join() !== heard.join()) this.#queues.reload();
    this.#report.conflicts(this.modes.conflicts());
  }

  isInstalled(addon: string): boolean {
    return this.#modules.has(addon);
  }

  /** The Python worker with that proof; null if there is none. @param hash SHA-256 */
  findWorker(hash: Buffer): Promise<WorkerRow | null> {
    return findWorker(this.#connections.pool, this.name, hash);
  }

  replay(channel: string, position: Position): Promise<ReplayResult> {
    return this.#report
      .during('replays', () => this.delivery.replay(channel, position))
      .then((result) => this.counts.replayed(result));
  }

  async #stop(): Promise<void> {
    this.#calls.stop();
    this.watch.stop();
    this.#bus.source.stop();
    await this.delivery.stop();
    await this.#housekeeping.stop();
    await Promise.all([this.#leases.stop(), this.status.stop()]);
    await this.#connections.stop();
  }

  #openSource(events: SourceEvents): PostgresSource {
    const report = this.#report;
    return new PostgresSource(
      {
        connections: this.#connections,
        heartbeat: this.#leases.heartbeat,
        wakeUp: this.#options.wakeUp,
        others: [this.#bus.source.stream],
        count: (rows) => this.count('read', rows),
        refused: (error) => report.refused(error),
        connected: (installed, isReturn) => this.#connected(installed, isReturn),
        reading: () => this.#reading(),
        failed: (error, retryMs) => this.#failed(error, retryMs),
        wakeUpMissed: () => report.wakeUpMissed(),
        changed: (change) => report.changed(change),
        released: (count) => report.released(count),
        ...{ witness: report.about('witness'), orphans: report.about('orphans') },
      },
      events,
    );
  }

  #restarted(): void {
    this.count('resync');
    this.#options.restart();
  }

  #control(message: ControlMessage): void {
    if (message.kind === 'broadcast') this.#options.broadcast(message.broadcast);
    else if (message.kind === 'schema_changed') void this.#schemaChanged();
    else this.watch.control(message);
  }

  #connected(installed: ReadonlySet<string>, isReturn: boolean): void {
    this.#modules.set(installed);
    this.#report.conflicts(this.modes.conflicts());
    if (isReturn) this.count('reconnect');
  }

  #reading(): void {
    this.#ready = true;
    this.#housekeeping.start();
    this.status.tryAgain();
    void this.#declared.read();
    if (!this.#report.connected()) return;
    this.watch.checkAll();
    this.#queues.reload();
  }

  #failed(error: unknown, retryMs: number): void {
    const problem = this.#report.failed(error, retryMs);
    this.#connections.failed(problem);
    if (!this.#ready || !GONE.has(problem.code)) return;
    this.#ready = false;
    this.#housekeeping.pause();
    this.#options.gone();
  }

  /** An addon was updated while this sidecar runs, or that of the bus was installed or uninstalled. */
  async #schemaChanged(): Promise<void> {
    this.#bus.changed();
    this.status.tryAgain();
    await checkSchema(this.#connections.pool, this.name).catch((error) => this.#source.fail(error));
  }

  #dead(messages: readonly DeadMessage[]): void {
    this.count('dead', messages.length);
    this.#report.dead(messages, this.#options.maxAttempts);
  }
}
