import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { onTestFinished } from 'vitest';
import { listenLocally } from './local-port.ts';

/** A small HTTP server for one test; returns its address. `prepare` may listen to upgrades. */
export async function startHttp(
  answer: RequestListener,
  prepare?: (server: Server) => void,
): Promise<string> {
  // As Odoo's own server, which takes headers of any length; Node's takes 16 KB.
  const server = createServer({ maxHeaderSize: 262_144 }, answer);
  prepare?.(server);
  const port = await listenLocally(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${port}`;
}
