import { fileURLToPath } from 'node:url';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { makeConfigFolder } from '../../support/sidecar/config-folder.ts';
import { SidecarProcess } from '../../support/sidecar/sidecar-process.ts';
import { COLLECTOR, type Server } from './server.ts';

const ADDONS = fileURLToPath(new URL('../addons', import.meta.url));

/**
 * The built sidecar as users run it, in a process of its own.
 *
 * @param args more arguments of its command line
 */
export async function startSidecar(
  address: PostgresAddress,
  databases: readonly string[],
  args: readonly string[] = [],
): Promise<Server> {
  const { configFile, remove } = await makeConfigFolder('bench', address, ADDONS);
  const sidecar = new SidecarProcess({ configFile, databases, args, nodeArgs: COLLECTOR });
  const stop = () => sidecar.stop().finally(remove);
  try {
    await sidecar.start();
    return { url: sidecar.url, pid: sidecar.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
