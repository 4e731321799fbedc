import { AsyncLocalStorage } from 'node:async_hooks';
import type { PythonSocket, SocketLink } from './python-socket.ts';
import { workerUnavailable } from './worker-error.ts';
import type { WorkerPool } from './worker-pool.ts';

/** What runs because a page has connected. */
export interface Connecting {
  readonly pool: WorkerPool;
  readonly socket: PythonSocket;
  /** Which handler it is: one of a socket has one run at most. */
  readonly key: string;
  readonly label: string;
  readonly addon: string;
  /** Runs it on that link; null if its worker has no such handler. */
  begin(link: SocketLink): Promise<unknown> | null;
}

/**
 * Runs what a page's connection starts: as soon as a worker is there, and anew in another one when that has gone, since what
 * it left there went with it.
 */
export async function connect(connecting: Connecting): Promise<void> {
  const { pool, socket, key, label, addon } = connecting;
  const within = AsyncLocalStorage.snapshot();
  const signal = socket.host.currentRun().signal;
  let isDone = false;
  socket.connects ??= new Map();
  // In the place of what was noted before a failure.
  socket.connects.set(key, () => {
    // While it runs, its run is begun anew by itself.
    if (isDone) within(() => socket.host.spawn(label, addon, () => connect(connecting)));
  });
  const link = await pool.wait(socket);
  try {
    await connecting.begin(link);
  } finally {
    // What its page has stopped stays so.
    isDone = pool.links.has(link) && signal.reason === null;
  }
}

/** Runs an event: at once or not at all, unless it is begun anew because it waits for messages. */
export async function handle(
  pool: WorkerPool,
  socket: PythonSocket,
  begin: (link: SocketLink) => Promise<unknown>,
): Promise<unknown> {
  const link = socket.host.currentRun().again ? await pool.wait(socket) : pool.find(socket);
  if (link === null) throw workerUnavailable(pool.db);
  return await begin(link);
}
