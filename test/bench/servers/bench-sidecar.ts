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
 * @param addons where its addons are
 */
export async function startSidecar(
  address: PostgresAddress,
  databases: readonly string[],
  args: readonly string[] = [],
  addons = ADDONS,
): Promise<Server> {
  const { configFile, remove } = await makeConfigFolder('bench', address, addons);
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
