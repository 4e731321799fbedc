import { setTimeout as sleep } from 'node:timers/promises';
import { SocketIOError } from '../api/error.ts';
import type { Page } from './page.ts';

/** No two pages are sent away with more than this between them: a few go at once. */
const GAP_MS = 100;
/** How long its namespaces may take to end their business, and then the page to confirm what it was sent. */
const FINISH_MS = 2_000;

/** Why a page has to go, and why none is taken. */
export const DRAINING = new SocketIOError(
  'draining',
  'This sidecar is being stopped. Another one, or its successor, takes over.',
  { retry: true },
);

/**
 * Sends pages away one after the other, so that they do not arrive elsewhere in one moment.
 *
 * @param spreadMs the time over which it does so, if they are many
 */
export async function sendAway(pages: readonly Page[], spreadMs: number): Promise<void> {
  const gapMs = Math.min(GAP_MS, spreadMs / Math.max(1, pages.length));
  const start = performance.now();
  const leaving: Promise<void>[] = [];
  for (const [index, page] of pages.entries()) {
    const restMs = start + index * gapMs - performance.now();
    if (restMs > 1) await sleep(restMs);
    leaving.push(sendOneAway(page));
  }
  await Promise.all(leaving);
}

/**
 * Lets a page's namespaces end their business and confirm what they have just sent, so that nothing of it is shown
 * twice; then it may go elsewhere.
 */
async function sendOneAway({ sockets }: Page): Promise<void> {
  await atMost(
    FINISH_MS,
    [...sockets].map((socket) => socket.stopServer()),
  );
  await atMost(
    FINISH_MS,
    [...sockets].map((socket) => socket.finish()),
  );
  for (const socket of sockets) socket.end(DRAINING);
}

async function atMost(ms: number, ends: readonly Promise<void>[]): Promise<void> {
  const patience = new AbortController();
  await Promise.race([
    Promise.all(ends),
    sleep(ms, undefined, { signal: patience.signal }).catch(() => undefined),
  ]);
  patience.abort();
}
