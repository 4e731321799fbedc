import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../api/error-codes/catalogue.ts';
import type { SidecarError } from '../api/sidecar-error.ts';
import type { HttpRefusal } from '../lib/http/http-refusal.ts';
import type { Origins } from '../lib/http/origins.ts';
import type { Log } from '../observability/log.ts';
import type { Refuse } from '../observability/refused.ts';
import { BusEndpoint } from './bus-endpoint.ts';
import type { BusGateway } from './bus-gateway.ts';
import { BusHub } from './bus-hub.ts';
import { TRY_LATER } from './close-codes.ts';
import { Subscriptions } from './subscriptions.ts';

/** The addon without which a database's bus is not served. */
const ADDON = 'web_socketio_bus';
/** Of a database that is not read: the addon is not there either. */
const MISSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['module_missing', 'database_missing']);

/** One database that the sidecar serves, whether its bus is or not. */
export interface BusHost extends BusGateway {
  /** Whether it is read at present: before, nobody knows what is installed there. */
  readonly ready: boolean;
  /** Why it is not read. */
  readonly problem: SidecarError | null;
  isInstalled(addon: string): boolean;
  refreshModules(): Promise<void>;
  count(name: 'bus_notifications', by: number): void;
}

/** What the bus is served with. */
export interface OdooBusOptions {
  readonly databases: ReadonlyMap<string, BusHost>;
  readonly origins: Origins;
  readonly eventedUrl: string | null;
  readonly maxCursor: number;
  readonly queueBytes: number;
  readonly drainMs: number;
  readonly log: Log;
  /** Told of each connection that is refused. */
  readonly refuse: Refuse;
}

/** Odoo's own bus, as this sidecar serves it: its endpoint, what is heard of each database, and whom Odoo knows behind it. */
export class OdooBus {
  readonly #databases: ReadonlyMap<string, BusHost>;
  readonly #hubs: ReadonlyMap<string, BusHub>;
  readonly #subscriptions: Subscriptions;
  readonly #endpoint: BusEndpoint;

  constructor({ databases, log, maxCursor, ...rest }: OdooBusOptions) {
    this.#databases = databases;
    const hubOf = (host: BusHost) =>
      new BusHub({
        source: host.bus,
        delivered: (count) => host.count('bus_notifications', count),
        warn: (problem) => log.warn(host.name, problem),
      });
    this.#hubs = new Map([...databases].map(([name, host]) => [name, hubOf(host)]));
    this.#subscriptions = new Subscriptions({ gateways: [...databases.values()], maxCursor, log });
    this.#endpoint = new BusEndpoint({
      ...rest,
      hubs: this.#hubs,
      subscriptions: this.#subscriptions,
      served: () => this.#served(),
      names: () => [...databases.values()].map(nameOf).join(', '),
      warn: (problem, details) => log.warn(null, problem, details),
    });
  }

  /** Connections, with those that are passed on. */
  get sockets(): number {
    return this.#endpoint.connections.size;
  }

  /** How many hear something of that database; null if its bus is not served. */
  socketsOf(db: string): number | null {
    return this.#databases.get(db)?.bus.ready === true ? (this.#hubs.get(db)?.size ?? 0) : null;
  }

  /** See `BusEndpoint`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.#endpoint.upgrade(request, socket, head);
  }

  /** See `BusEndpoint`. */
  refusal(request: IncomingMessage): HttpRefusal | null {
    return this.#endpoint.refusal(request);
  }

  /** See `BusConnections.tick`. */
  lookAfter(now: number): void {
    this.#endpoint.connections.tick(now);
  }

  /** A database is gone: its pages come back if it does. */
  leave(db: string): void {
    this.#hubs.get(db)?.end(TRY_LATER);
  }

  /** Takes no new connections, and closes those that are there one after another. May be called twice. */
  drain(): Promise<void> {
    return this.#endpoint.connections.drain();
  }

  /** Ends everything. May be called twice. */
  stop(): void {
    this.#endpoint.stop();
    this.#subscriptions.stop();
  }

  /** Whether any database's bus is; null while that cannot be known. */
  async #served(): Promise<boolean | null> {
    const hosts = [...this.#databases.values()];
    if (hosts.some(({ bus }) => bus.ready)) return true;
    const read = hosts.filter(({ ready }) => ready);
    // It may have been installed a moment ago. The database has said why if it cannot be asked.
    await Promise.all(read.map((host) => host.refreshModules().catch(() => undefined)));
    if (read.some((host) => host.isInstalled(ADDON))) return null;
    return read.length > 0 || hosts.some(isMissing) ? false : null;
  }
}

function isMissing({ problem }: BusHost): boolean {
  return problem !== null && MISSING.has(problem.code);
}

/** Such as `mydb (module_missing)`. */
function nameOf({ name, problem }: BusHost): string {
  return problem === null ? `'${name}'` : `'${name}' (${problem.code})`;
}
