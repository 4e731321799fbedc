import { fileURLToPath } from 'node:url';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { freePort } from '../../support/process/free-port.ts';
import { makeConfigFolder } from '../../support/sidecar/config-folder.ts';
import { SidecarProcess } from '../../support/sidecar/sidecar-process.ts';
import { COLLECTOR, type RestartableServer } from './server.ts';

const ADDONS = fileURLToPath(new URL('../addons', import.meta.url));

export interface BenchSidecarOptions {
  /** More arguments of its command line. */
  readonly args?: readonly string[];
  /** Where its addons are. */
  readonly addons?: string;
  /** The program `node` that runs it: that of this process unless it is another one. */
  readonly node?: string | undefined;
}

/** The built sidecar as users run it, in a process of its own. */
export async function startSidecar(
  address: PostgresAddress,
  databases: readonly string[],
  { args = [], addons = ADDONS, node }: BenchSidecarOptions = {},
): Promise<RestartableServer> {
  const { configFile, remove } = await makeConfigFolder('bench', address, addons);
  // The same after each start.
  const port = await freePort();
  const sidecar = new SidecarProcess({ configFile, databases, args, port, node, nodeArgs: COLLECTOR });
  const stop = () => sidecar.stop().finally(remove);
  const start = async (): Promise<RestartableServer> => {
    await sidecar.start();
    return { url: sidecar.url, pid: sidecar.pid, stop, kill: () => sidecar.kill(), restart: start };
  };
  return start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
}
