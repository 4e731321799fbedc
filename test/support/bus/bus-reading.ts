import { EventEmitter } from 'node:events';
import pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import type { BusRead, Notification } from '../../../sidecar/src/bus/notification.ts';
import { PostgresBus } from '../../../sidecar/src/postgres/bus/postgres-bus.ts';
import { dial } from '../../../sidecar/src/postgres/connect/dial.ts';
import { Subscription } from '../../../sidecar/src/postgres/read/subscription.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import type { BusPage } from './bus-page.ts';

/** The bus of a database as one sidecar reads it, with the pages that are connected to it. */
export class BusReading {
  readonly bus: PostgresBus;
  readonly subscription: Subscription;
  readonly events = new EventEmitter();
  readonly refused: string[] = [];
  readonly failures: unknown[] = [];
  /** How often everybody had to come back. */
  restarts = 0;
  marks = 0;
  /** How often a connection of the pool was lent: for one statement, or a transaction. */
  lent = 0;
  /** Messages of web_socketio that were read. */
  readonly messages: string[] = [];
  isInstalled = true;
  readonly #pages = new Set<BusPage>();

  constructor({ server, name, config }: TestDatabase) {
    const pool = new pg.Pool(config);
    pool.on('error', () => undefined);
    pool.on('acquire', () => {
      this.lent += 1;
    });
    this.bus = new PostgresBus({
      pool,
      database: name,
      wake: () => this.subscription.wake(),
      wanted: () => this.isInstalled,
      served: () => undefined,
      incomplete: () => this.events.emit('incomplete'),
      failed: (error) => this.failures.push(error),
      worked: () => this.events.emit('worked'),
      refused: ({ message }) => this.refused.push(message),
      missed: { failed: (error) => this.failures.push(error), worked: () => undefined },
    });
    this.bus.listen({
      hears: (channel) => [...this.#pages].some((page) => page.channels.has(channel)),
      read: (read) => this.#read(read),
      restarted: () => {
        this.restarts += 1;
        for (const page of this.#pages) page.leave();
      },
    });
    this.subscription = new Subscription(
      () => dial(server, name),
      {
        begin: () => undefined,
        heard: () => [],
        read: ({ rows }) => {
          this.messages.push(...rows.map(({ values }) => values));
          if (rows.length > 0) this.events.emit('message');
        },
        connected: async () => '0',
        reading: () => undefined,
        disconnected: () => undefined,
        failed: () => undefined,
        wakeUpMissed: () => undefined,
        serverLives: async () => false,
      },
      { others: [this.bus.stream] },
    );
    onTestFinished(async () => {
      this.bus.stop();
      await this.subscription.stop();
      await pool.end();
    });
  }

  /** Starts, and resolves when the bus is read. */
  static async start(database: TestDatabase): Promise<BusReading> {
    const reading = new BusReading(database);
    reading.subscription.start();
    await expect.poll(() => reading.bus.ready).toBe(true);
    return reading;
  }

  enter(page: BusPage): void {
    this.#pages.add(page);
  }

  leave(page: BusPage): void {
    this.#pages.delete(page);
  }

  #read({ notifications, inexact, mark }: BusRead): void {
    if (mark !== null) this.marks += 1;
    for (const page of this.#pages) {
      const its = notifications.filter(({ channel }) => page.channels.has(channel));
      const last = its.at(-1);
      if (last === undefined) continue;
      page.take(inexact.has(last.id) ? [...its, mark ?? noMark(last)] : its);
    }
    this.events.emit('read');
  }
}

function noMark({ id }: Notification): never {
  throw new Error(`The notification ${id} says not what was received, and there is no mark`);
}
