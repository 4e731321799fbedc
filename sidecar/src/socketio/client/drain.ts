import { SidecarError } from '../../api/sidecar-error.ts';
import { SHUTDOWN_MS } from '../../lib/shutdown-budget.ts';
import { spread } from '../../lib/spread.ts';
import { withinTime } from '../../lib/time-limit.ts';
import type { Client } from './client.ts';

/** Why a client has to go, and why none is let in. */
export const DRAINING = new SidecarError(
  'draining',
  'This sidecar is being stopped. Another one, or its successor, takes over.',
);

/** Why a client has to go that runs code which is not in place any more. */
export const CHANGED = new SidecarError(
  'module_changed',
  'The server modules were loaded anew. The page comes back to the new ones.',
);

/** How long a client may take to acknowledge what it was sent, while somebody waits to see a change of the code. */
const CHANGE_MS = 300;

/**
 * Drains clients one after the other, so that they do not arrive elsewhere in one moment.
 *
 * @param spreadMs the time over which it does so, if they are many
 */
export async function drain(clients: readonly Client[], spreadMs: number): Promise<void> {
  const leaving: Promise<void>[] = [];
  await spread(clients, spreadMs, (client) => leaving.push(drainOne(client)));
  await Promise.all(leaving);
}

/**
 * Ends all connections at once, for clients to come back to other code.
 *
 * @param replace puts that code in place: called when the clients have acknowledged what they were sent
 * @param clients asked after it, since a client may have come meanwhile
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
 * Lets a client's namespaces end their business and acknowledge what they have just been sent, so that nothing of it is
 * shown twice; then it may go elsewhere.
 */
async function drainOne(client: Client): Promise<void> {
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
  await withinTime(Promise.all(ends), ms, () => undefined);
}
