import { onTestFinished } from 'vitest';
import { Page, type PageOptions } from '../../../addon/web_socketio/src/page.ts';
import type { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import type { KnownToken } from '../../../addon/web_socketio/src/token/token.ts';
import type { TestDatabase } from '../postgres/test-database.ts';

/** A page with a token route of its own: `asked` lists what the page said of the token that it has. */
export interface TestPage {
  page: Page;
  asked: KnownToken[];
  reported: unknown[];
}

/** Makes a page that comes back within milliseconds; it ends with the test. */
export function openPage(origin: string, options: Partial<PageOptions> = {}): TestPage {
  const asked: KnownToken[] = [];
  const reported: unknown[] = [];
  const page = new Page({
    origin,
    retryBounds: { minMs: 1, maxMs: 10 },
    report: (error) => reported.push(error),
    fetchToken: async (known) => {
      asked.push(known);
      return { db: 'mydb', uid: 7, token: `token ${asked.length}`, expires_in: 900, url: false };
    },
    ...options,
  });
  onTestFinished(() => page.end());
  return { page, asked, reported };
}

/** A page whose tokens are rows of a real database; of user 2, unless given. */
export function openPageOf(
  database: TestDatabase,
  origin: string,
  { uid = 2, ...options }: Partial<PageOptions> & { readonly uid?: number } = {},
): TestPage {
  return openPage(origin, {
    retryBounds: { minMs: 1, maxMs: 20 },
    fetchToken: async () => ({
      ...{ db: database.name, uid, expires_in: 900, url: false },
      token: await database.addToken({ uid }),
    }),
    ...options,
  });
}

/** Cuts the page off, and lets it come back when `meanwhile` has happened. */
export async function whileAway(
  page: Page,
  socket: SocketIO,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const [gone, back] = [nextDisconnect(socket), nextReconnect(socket)];
  const manager = await page.manager();
  manager.engine.close();
  await gone;
  await meanwhile();
  await back;
}

/** The reason of the next disconnection. */
export function nextDisconnect(socket: SocketIO): Promise<string> {
  return new Promise((resolve) => socket.add_disconnect_method(resolve));
}

/** The next time that the socket is connected again. */
export function nextReconnect(socket: SocketIO): Promise<void> {
  return new Promise((resolve) => socket.add_reconnect_method(resolve));
}
