import { setTimeout as sleep } from 'node:timers/promises';
import { ALL, channelOf } from './browsers.ts';
import type { BusServer } from './bus-server.ts';
import { readProcessorTime } from './processor-time.ts';
import { BROWSERS, type Stage } from './stage.ts';

/** How many browsers begin at the same time, unless all do: Node's servers let 511 connections wait. */
const AT_ONCE = 100;
const ARRIVAL_MS = 60_000;
/** A server is at rest when it needs less than this of so much time: a thousand idle sockets need a tenth of it. */
const REST_MS = 500;
const RESTING_MS = 40;
const LONGEST_REST_MS = 60_000;

/** How browsers come. */
export interface Coming {
  readonly browsers?: number;
  /** How many notifications to all of them they have missed. */
  readonly missed?: number;
  readonly atOnce?: number;
}

/** One of the two servers on the stage, with its browsers. */
export class BusTarget {
  readonly server: BusServer;
  readonly #stage: Stage;

  constructor(stage: Stage, server: BusServer) {
    this.#stage = stage;
    this.server = server;
  }

  /**
   * Opens browsers, each of which has missed something: a server of this bus acknowledges a subscription in no other way.
   * @returns how long until the last one was told all that it missed, in milliseconds, and how often one tried again
   */
  async connect(coming: Coming = {}): Promise<{ readonly ms: number; readonly retries: number }> {
    const { browsers: count = BROWSERS, missed: missedCount = 1, atOnce = AT_ONCE } = coming;
    const { writer, browsers, sessions, version } = this.#stage;
    const last = await writer.readLast();
    const missed: number[] = [];
    while (missed.length < missedCount) missed.push((await writer.send(ALL)).number);
    const { host } = new URL(this.server.url);
    return browsers.open({
      url: `ws://${host}/websocket?version=${version}`,
      origin: this.server.url,
      ...{ sessions: sessions.slice(0, count), last, missed, atOnce },
    });
  }

  async disconnect(): Promise<void> {
    await this.#stage.browsers.close();
    await this.rest();
  }

  /** Waits until the server is at rest: what it does for sockets that went would be measured with those that come. */
  async rest(): Promise<void> {
    const deadline = performance.now() + LONGEST_REST_MS;
    let busy = Number.POSITIVE_INFINITY;
    while (busy > RESTING_MS && performance.now() < deadline) {
      busy = (await this.timeProcessors(() => sleep(REST_MS))).server;
    }
  }

  /** Sends a notification to all browsers, or to one. @returns its number, and when COMMIT was sent */
  send(to?: number): Promise<{ readonly number: number; readonly at: number }> {
    return this.#stage.writer.send(to === undefined ? ALL : channelOf(to), to);
  }

  /** @returns when the last browser had each notification; throws if one never had it */
  async waitFor(numbers: readonly number[]): Promise<Map<number, number>> {
    const arrived = await this.#stage.browsers.waitFor(numbers, ARRIVAL_MS);
    if (arrived !== null) return arrived;
    const counts = await Promise.all(numbers.map((number) => this.countOf(number)));
    throw new Error(
      `The ${this.server.name} lost notifications: so many browsers have each of them: ${counts}`,
    );
  }

  /** @returns how many browsers have a notification within this time */
  async countWithin(number: number, timeoutMs: number): Promise<number> {
    const { browsers } = this.#stage;
    return (await browsers.waitFor([number], timeoutMs)) === null ? browsers.count(number) : BROWSERS;
  }

  countOf(number: number): Promise<number> {
    return this.#stage.browsers.count(number);
  }

  /** Does some work. @returns the processor time that the server and PostgreSQL took for it, in milliseconds */
  async timeProcessors(work: () => Promise<unknown>): Promise<{ server: number; postgres: number }> {
    const pids = await this.server.processes();
    const read = async () => {
      const times = await Promise.all(pids.map(readProcessorTime));
      return {
        server: times.reduce((sum, time) => sum + time, 0),
        postgres: await this.#stage.postgres.readTime(),
      };
    };
    const before = await read();
    await work();
    const after = await read();
    return { server: after.server - before.server, postgres: after.postgres - before.postgres };
  }

  /** Does some work. @returns the most connections to PostgreSQL that the server had meanwhile */
  async countConnections(work: () => Promise<void>): Promise<number> {
    return this.#stage.postgres.countDuring(this.server.application, work);
  }
}
