import { quote } from '../api/error.ts';
import { Strangers } from '../lib/http/strangers.ts';
import type { Log } from '../observability/log.ts';
import { RareWarnings } from '../observability/rare-warnings.ts';
import { AskedDatabase } from './asked-database.ts';
import type { BusRefusal, BusReply } from './bus-ask.ts';
import type { BusClient, BusSubscriptions, Visitor } from './bus-client.ts';
import type { BusFacts } from './bus-facts.ts';
import type { BusGateway } from './bus-gateway.ts';
import { CLEAN, OUTDATED, TRY_LATER } from './close-codes.ts';
import { Departure } from './departure.ts';
import { Departures } from './departures.ts';
import { OdooFacts } from './odoo-facts.ts';
import { PresencePace } from './presence-pace.ts';
import { Present } from './present.ts';
import { Subscriber, type SubscriberEvents } from './subscriber.ts';

/** More than pages say of a presence, with all whom they want to hear of. */
const MOST_PRESENCE_BYTES = 16 * 1024;

/** What subscriptions are made with. */
export interface SubscriptionsOptions {
  /** Those that are served, in the order in which they are asked. */
  readonly gateways: readonly BusGateway[];
  /** Requests to Odoo at a time, for one database. */
  readonly maxCursor: number;
  readonly log: Log;
}

/** What bus sockets are subscribed to: asked of Odoo, for many at once, and again whenever their sessions change. */
export class Subscriptions implements BusSubscriptions {
  readonly #databases: ReadonlyMap<string, AskedDatabase>;
  readonly #log: Log;
  readonly #warnings: RareWarnings;
  /** Databases with the bus, each with a host under which Odoo does not open it: that is said once. */
  readonly #passedOn = new Strangers();
  readonly #subscribers = new Map<BusClient, Subscriber>();
  readonly #present = new Present();
  readonly #departures = new Departures();
  readonly #presence = new PresencePace();
  readonly #facts: OdooFacts;
  readonly #events: SubscriberEvents;

  constructor({ gateways, maxCursor, log }: SubscriptionsOptions) {
    const replied = (reply: BusReply) => this.#facts.learn(reply.facts);
    this.#databases = new Map(
      gateways.map((gateway) => [gateway.name, new AskedDatabase(gateway, maxCursor, replied)]),
    );
    this.#log = log;
    this.#warnings = new RareWarnings((problem, details) => log.warn(null, problem, details));
    this.#facts = new OdooFacts(() => this.#closeOutdated());
    this.#events = {
      elsewhere: (subscriber, { db }) => this.#other(subscriber.tried, db),
      unserved: (subscriber, refusal) => this.#unserved(subscriber, refusal),
      known: (subscriber) => this.#known(subscriber),
      invalid: (_, message) => {
        const text = `Odoo refused what a page sent over its bus: ${quote(message)}. The page stays connected.`;
        this.#warnings.warn('invalid', { code: 'bus_ask_invalid', message: text });
      },
      failed: ({ database }, why) => {
        const text = `A socket of Odoo's bus in '${database.gateway.name}' could not be looked at: ${why}. It waits, and is asked about again; see Odoo's log.`;
        this.#warnings.warn('failed', { code: 'bus_ask_failed', message: text });
      },
      dropped: ({ database }, why) => {
        const text = `An event that a page sent over the bus of '${database.gateway.name}' is not sent to Odoo again: ${why}.`;
        this.#warnings.warn('dropped', { code: 'bus_event_dropped', message: text });
      },
    };
  }

  /** What Odoo said last; null before it has said anything. */
  get facts(): BusFacts | null {
    return this.#facts.last;
  }

  /** Whether there is a database with Odoo's bus. */
  get served(): boolean {
    return this.#other(new Set(), null) !== null;
  }

  /** Asks Odoo what it is, unless it has just said so. @returns null if it cannot be asked now */
  async askFacts({ origin }: Visitor): Promise<BusFacts | null> {
    const database = this.#other(new Set(), null);
    if (database === null) return null;
    return await this.#facts.ask(origin, () => database.gateway.askBus(origin, []));
  }

  subscribe(client: BusClient, channels: readonly string[], last: number): void {
    this.#of(client)?.wish({ kind: 'subscribe', channels, last });
  }

  event(client: BusClient, name: string, data: unknown): void {
    const subscriber = this.#of(client);
    if (subscriber === null) return;
    const bytes = JSON.stringify(data)?.length ?? 0;
    const send = () => subscriber.wish({ kind: 'event', name, data, bytes });
    // What is kept until it is sent has to be small: what a socket has waiting is bounded otherwise.
    const key = bytes > MOST_PRESENCE_BYTES ? null : presenceKey(subscriber, name, data);
    if (key === null) send();
    else this.#presence.pass(key, send);
  }

  closed(client: BusClient, drained: boolean): void {
    const subscriber = this.#subscribers.get(client);
    if (subscriber === undefined) return;
    this.#subscribers.delete(client);
    subscriber.leave();
    const { keys, origin, asker, database, carried } = subscriber;
    this.#present.remove(keys);
    // While the sidecar stops they go to another one; and of who has no cookie Odoo knows nothing.
    const whom = keys.at(-1);
    if (drained || !carried || whom === undefined) return;
    const isBack = () => this.#present.has(keys);
    this.#departures.add(whom, () => {
      database.queue.add(new Departure(origin, asker, isBack, (one) => database.queue.add(one)));
    });
  }

  /** Asks nothing any more, and watches nobody. May be called twice. */
  stop(): void {
    this.#departures.stop();
    this.#presence.stop();
    for (const database of this.#databases.values()) database.stop();
    for (const subscriber of this.#subscribers.values()) subscriber.leave();
    this.#subscribers.clear();
  }

  /** @returns null for a socket that was closed, or whose database nobody serves */
  #of(client: BusClient): Subscriber | null {
    if (!client.open) return null;
    const known = this.#subscribers.get(client);
    if (known !== undefined) return known;
    const database = this.#other(new Set(), null);
    if (database === null) {
      if (!client.bridge()) client.close(TRY_LATER);
      return null;
    }
    const subscriber = new Subscriber(client, database, this.#events);
    this.#subscribers.set(client, subscriber);
    this.#present.add(subscriber.keys);
    this.#closeIfOutdated(client);
    return subscriber;
  }

  /** A database with the bus that has not been tried yet: the one of that name, or the first. */
  #other(tried: ReadonlySet<string>, db: string | null): AskedDatabase | null {
    const named = db === null ? [...this.#databases.values()] : [this.#databases.get(db)];
    const found = named.find((one) => one?.gateway.bus.ready === true && !tried.has(one.gateway.name));
    return found ?? null;
  }

  #known(subscriber: Subscriber): void {
    const keys = subscriber.keys.filter((key) => key.startsWith('user '));
    this.#present.add(keys);
  }

  #unserved({ client, database }: Subscriber, { db, message: why }: BusRefusal): void {
    const code = 'bus_database_unserved';
    if (client.bridge()) {
      // Of a database without the addon it is as meant.
      const host = `${database.gateway.name} ${client.visitor.origin}`;
      if (why === null || !this.#passedOn.add(host)) return;
      const message = `Pages are passed on to Odoo's evented worker, though web_socketio_bus is installed: ${why}`;
      this.#log.warn(null, { code, message });
      return;
    }
    client.close(TRY_LATER);
    const which = db === null ? 'a database' : `the database ${quote(db)}`;
    const elsewhere = `its session is of ${which} whose bus is not served here. Install web_socketio_bus there and add it to -d, or name Odoo's evented worker in WEB_SOCKETIO_EVENTED_URL.`;
    const message = `A page cannot be served Odoo's bus: ${why ?? elsewhere}`;
    this.#warnings.warn(`unserved ${db}`, { code, message });
  }

  /** Odoo has another version now. */
  #closeOutdated(): void {
    for (const client of [...this.#subscribers.keys()]) this.#closeIfOutdated(client);
  }

  #closeIfOutdated(client: BusClient): void {
    if (this.#facts.isOutdated(client.visitor)) client.close(CLEAN, OUTDATED);
  }
}

/**
 * By what one word of presence stands for those before it: the tabs of one browser say the same. In other respects, such as
 * whom they want to hear of, they may differ. Null if it is none.
 */
function presenceKey({ browser, client, database }: Subscriber, name: string, data: unknown): string | null {
  if (name !== 'update_presence' || typeof data !== 'object' || data === null) return null;
  const rest = Object.entries(data).filter(([key]) => key !== 'inactivity_period');
  const who = browser ?? JSON.stringify(client.visitor.headers);
  return [database.gateway.name, who, JSON.stringify(rest)].join('\n');
}
