import { setTimeout as sleep } from 'node:timers/promises';
import { SidecarError } from '../../api/sidecar-error.ts';
import { SHUTDOWN_MS } from '../../lib/shutdown-budget.ts';
import type { Client } from './client.ts';

/** No two pages are sent away with more than this between them: a few go at once. */
const GAP_MS = 100;

/** Why a page has to go, and why none is taken. */
export const DRAINING = new SidecarError(
  'draining',
  'This sidecar is being stopped. Another one, or its successor, takes over.',
);

/** Why a page has to go that runs code which is not in place any more. */
export const CHANGED = new SidecarError(
  'module_changed',
  'The server modules were loaded anew. The page comes back to the new ones.',
);

/** How long a page may take to confirm what it was sent, while somebody waits to see a change of the code. */
const CHANGE_MS = 300;

/**
 * Sends pages away one after the other, so that they do not arrive elsewhere in one moment.
 *
 * @param spreadMs the time over which it does so, if they are many
 */
export async function drain(clients: readonly Client[], spreadMs: number): Promise<void> {
  const gapMs = Math.min(GAP_MS, spreadMs / Math.max(1, clients.length));
  const start = performance.now();
  const leaving: Promise<void>[] = [];
  for (const [index, client] of clients.entries()) {
    const restMs = start + index * gapMs - performance.now();
    if (restMs > 1) await sleep(restMs);
    leaving.push(sendOneAway(client));
  }
  await Promise.all(leaving);
}

/**
 * Sends all pages away at once, to come back to other code.
 *
 * @param replace puts that code in place: called when the pages have confirmed what they were sent
 * @param clients asked after it, since a page may have come meanwhile
 */
export async function sendBack(clients: () => readonly Client[], replace: () => void): Promise<void> {
  const sockets = clients().flatMap((client) => [...client.sockets]);
  await atMost(
    CHANGE_MS,
    sockets.map((socket) => socket.finish()),
  );
  replace();
  for (const { sockets } of clients()) for (const socket of sockets) socket.end(CHANGED);
}

/**
 * Lets a page's namespaces end their business and confirm what they have just sent, so that nothing of it is shown
 * twice; then it may go elsewhere.
 */
async function sendOneAway(client: Client): Promise<void> {
  const sockets = [...client.sockets];
  await atMost(
    SHUTDOWN_MS.stopServer,
    sockets.map((socket) => socket.stopServer()),
  );
  await atMost(
    SHUTDOWN_MS.acknowledge,
    sockets.map((socket) => socket.finish()),
  );
  for (const socket of sockets) socket.end(DRAINING);
}

async function atMost(ms: number, ends: readonly Promise<void>[]): Promise<void> {
  const patience = new AbortController();
  await Promise.race([
    Promise.all(ends),
    // Rejects when all have ended, since then it is told to stop.
    sleep(ms, undefined, { signal: patience.signal }).catch(() => undefined),
  ]);
  patience.abort();
}
