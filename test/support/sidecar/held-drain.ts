import type { Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { SHUTDOWN_MS } from '../../../sidecar/src/lib/shutdown-budget.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import type { TestSidecar } from './test-sidecar.ts';

const HOLDER = 9;

/** A server module whose namespace /mine answers `ping`; while a page of its holder is there, a drain does not end. */
export const HELD_DRAIN = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
let release;
const released = new Promise((resolve) => { release = resolve; });
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  on_ping() { return 'pong'; }
  on_release() { release(); }
  async stopServer() { if (this.uid === ${HOLDER}) await released; }
});
`;

/**
 * A page that holds up the drain of its sidecar, which waits for it as long as the test does. The usual limit is two
 * seconds: a busy machine needs them to ask the sidecar one thing.
 *
 * @returns the page, which lets the drain go on by the event `release`
 */
export async function holdDrain(sidecar: TestSidecar, database: TestDatabase): Promise<Socket> {
  const { stopServer } = SHUTDOWN_MS;
  SHUTDOWN_MS.stopServer = 60_000;
  onTestFinished(() => {
    SHUTDOWN_MS.stopServer = stopServer;
  });
  const token = await database.addToken({ uid: HOLDER });
  return await sidecar.connect('/mine', database.name, token);
}
