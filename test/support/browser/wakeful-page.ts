import { expect } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { TcpProxy } from '../network/tcp-proxy.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { openPageOf } from './browser-page.ts';

/** A page of the namespace `/mine` (see `both-modes.ts`), behind a wire of its own, whose handlers the test ends. */
export interface WakefulPage {
  readonly proxy: TcpProxy;
  /** The texts that its handler was called with. */
  readonly texts: string[];
  /** How many events came, whether a handler was called or not. */
  copies(): number;
  /** While true, a call of its handler ends only with `finish`. */
  slow: boolean;
  finish(): void;
  fail(): void;
  readonly resyncs: unknown[];
  readonly reported: unknown[];
}

interface Values {
  readonly text: string;
}

/**
 * Opens it, and waits until it is connected.
 * @param event of which channel: each or queue
 * @param slow what it is at first: it may be called at once
 */
export async function openWakefulPage(
  database: TestDatabase,
  event: 'each' | 'queue',
  port: number,
  slow = false,
): Promise<WakefulPage> {
  const proxy = await TcpProxy.start(port);
  const { page, reported } = openPageOf(database, proxy.url);
  const socket = new SocketIO('/mine', page);
  const texts: string[] = [];
  const resyncs: unknown[] = [];
  let ends: { resolve(): void; reject(error: Error): void }[] = [];
  let copies = 0;
  const opened = {
    ...{ proxy, texts, resyncs, reported, slow },
    copies: () => copies,
    finish: () => {
      for (const { resolve } of ends) resolve();
      ends = [];
    },
    fail: () => {
      for (const { reject } of ends) reject(new Error('no paper'));
      ends = [];
    },
  };
  socket.on(event, (messages: Values[]) => {
    texts.push(...messages.map(({ text }) => text));
    return opened.slow ? new Promise<void>((resolve, reject) => ends.push({ resolve, reject })) : undefined;
  });
  socket.on('resync', (reason: unknown) => resyncs.push(reason));
  const manager = await page.manager();
  manager.socket('/mine').onAny((name: string) => {
    if (name === event) copies += 1;
  });
  await expect.poll(() => socket.connected).toBe(true);
  return opened;
}
