import { fileURLToPath } from 'node:url';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { makeConfigFolder } from '../../support/sidecar/config-folder.ts';
import { SidecarProcess } from '../../support/sidecar/sidecar-process.ts';
import type { Server } from '../servers/server.ts';

const ADDONS = fileURLToPath(new URL('addons', import.meta.url));

/** What a page may do is not what is looked for here. */
const LIMITS = { WEB_SOCKETIO_MAX_HANDLERS: '100000', WEB_SOCKETIO_MAX_EVENTS: '100000' };

/**
 * The built sidecar with the handlers for limits. Whoever starts it stops it.
 *
 * @param channels how many its server module declares
 * @param node the program `node` that runs it
 */
export async function startLimitSidecar(
  address: PostgresAddress,
  databases: readonly string[],
  channels: number,
  node: string,
): Promise<Server> {
  const { configFile, remove } = await makeConfigFolder('limits', address, ADDONS);
  const env = { ...LIMITS, LIMIT_CHANNELS: `${channels}` };
  const sidecar = new SidecarProcess({ configFile, databases, env, node });
  const stop = () => sidecar.stop().finally(remove);
  try {
    await sidecar.start();
    return { url: sidecar.url, pid: sidecar.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
