import type { Agent } from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import type { TestDatabase } from '../postgres/test-database.ts';

/** How a page gets to its sidecar. */
export interface ProxiedPageOptions {
  readonly origin: string;
  /** Those that it may use, in that order; as in the browser, unless given. */
  readonly transports?: readonly ('websocket' | 'polling')[];
  /** In PEM: whom it trusts. */
  readonly ca?: string | undefined;
  /** Of a program: how it reaches anything outside. */
  readonly agent?: Agent;
}

/** A page with the addon's own code, which keeps what it gets in the namespace `/mine`. */
export class ProxiedPage {
  readonly socket: SocketIO;
  readonly news: number[] = [];
  readonly work: number[] = [];
  readonly heard: string[] = [];
  resyncs = 0;
  /** Who served it when it was told that its sidecar is being stopped. */
  last: unknown;
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
    this.socket = new SocketIO('/mine', page);
    this.socket.on('news', (numbers: number[]) => this.news.push(...numbers));
    this.socket.on('work', (numbers: number[]) => this.work.push(...numbers));
    this.socket.on('heard', (text: string) => this.heard.push(text));
    this.socket.on('resync', () => {
      this.resyncs += 1;
    });
    this.socket.on('stopping', async () => {
      this.last = await this.ask('where');
    });
  }

  /** One that has connected; it ends with the test. */
  static async open(database: TestDatabase, options: ProxiedPageOptions): Promise<ProxiedPage> {
    const page = new Page({
      origin: options.origin,
      retryBounds: { minMs: 50, maxMs: 500 },
      report: () => undefined,
      fetchToken: async () => ({
        ...{ db: database.name, uid: 2, expires_in: 900, url: false },
        token: await database.addToken({ uid: 2 }),
      }),
    });
    onTestFinished(() => page.end());
    const { opts } = await page.manager();
    if (options.transports !== undefined) opts.transports = [...options.transports];
    if (options.ca !== undefined) opts.ca = options.ca;
    // Its type says text, from the days of Node 0.10.
    if (options.agent !== undefined) Reflect.set(opts, 'agent', options.agent);
    const opened = new ProxiedPage(page);
    await expect.poll(() => opened.socket.connected).toBe(true);
    return opened;
  }

  /** What carries its connection now. */
  async transport(): Promise<string | undefined> {
    return (await this.#page.manager()).engine.transport.name;
  }

  /** What the server module answers to an event. */
  ask(event: string, ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve) => this.socket.emit(event, ...args, resolve));
  }
}
