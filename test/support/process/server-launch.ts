import { freePort } from './free-port.ts';
import { Program, type ProgramOptions } from './program.ts';

const ATTEMPTS = 5;

/** Starts a server as an ordinary user on a free port, which it can't choose itself; `ready` and `failed` are lines of its log. */
export async function launchServer(
  optionsFor: (port: number) => ProgramOptions | Promise<ProgramOptions>,
  ready: RegExp,
  failed?: RegExp,
): Promise<{ server: Program; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = new Program({ user: 'ordinary', ...(await optionsFor(port)) });
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
