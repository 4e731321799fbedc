import { freePort } from './free-port.ts';
import { ServerProcess, type ServerProcessOptions } from './server-process.ts';

const ATTEMPTS = 5;

/** Starts a server that can't choose a free port itself; `ready` and `failed` are lines of its log. */
export async function launchServer(
  optionsFor: (port: number) => ServerProcessOptions | Promise<ServerProcessOptions>,
  ready: RegExp,
  failed?: RegExp,
): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = new ServerProcess(await optionsFor(port));
    try {
      await server.waitForLine(ready, failed);
      return { server, port };
    } catch (error) {
      await server.stop();
      // Somebody else may have taken the port in the meantime.
      if (attempt === ATTEMPTS || !/address already in use/i.test(server.log)) throw error;
    }
  }
}
