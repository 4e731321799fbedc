import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

export const HOST = '127.0.0.1';

/** The usual port, or any free one if somebody has that. Nobody else has the result at this moment. */
export async function choosePort(usual: number): Promise<number> {
  const server = createServer();
  const port = await listenNear(server, usual);
  server.close();
  await once(server, 'close');
  return port;
}

/** Listens on the usual port of the loopback interface, or on any free one if somebody has that. @returns the port */
export async function listenNear(server: Server, usual: number): Promise<number> {
  try {
    server.listen(usual, HOST);
    await once(server, 'listening');
  } catch (error) {
    // EACCES: Windows keeps ranges of ports to itself.
    if (!/EADDRINUSE|EACCES/.test(String(error))) throw error;
    server.listen(0, HOST);
    await once(server, 'listening');
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`No port in the address ${address}`);
  return address.port;
}
