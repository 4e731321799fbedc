import { fileURLToPath } from 'node:url';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { Program } from '../../support/process/program.ts';
import { findPythons } from '../../support/python-global.ts';
import { startSidecar } from './bench-sidecar.ts';
import type { RestartableServer } from './server.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ADDONS = here('../python/addons');
const STAND_IN = here('../../worker/stand_in/main.py');
const PACKAGES = here('../../../.cache/python-worker/python3');

/** The Python that has the worker's packages, and its environment. */
export function findPython(): { readonly command: string; readonly env: Record<string, string> } {
  const python = findPythons().find(({ version }) => version.startsWith('3'));
  if (python === undefined)
    throw new Error('No Python 3 was found. Install it, and run test/worker/install.sh.');
  return {
    command: python.command,
    env: { PYTHONPATH: PACKAGES, PYTHONDONTWRITEBYTECODE: '1', HOME: process.env['HOME'] ?? '/nonexistent' },
  };
}

/** The built sidecar without a server module, and the real Python worker that runs the same handlers. */
export async function startPythonSidecar(
  address: PostgresAddress,
  database: string,
  node?: string,
): Promise<RestartableServer> {
  const sidecar = await startSidecar(address, [database], { addons: ADDONS, node });
  const { host, port, user, password } = address;
  const { command, env } = findPython();
  const worker = new Program({
    command,
    args: [STAND_IN, '-d', database, '--sidecar', sidecar.url],
    env: {
      STAND_IN_DSN: `host=${host} port=${port} user=${user} password=${password} dbname=%s`,
      ...{ STAND_IN_ROOT: 'odoo', STAND_IN_FOLDER: ADDONS, ...env },
    },
  });
  const stop = async () => {
    await worker.stop();
    await sidecar.stop();
  };
  try {
    await worker.waitForLine(/is linked/);
    return { ...sidecar, workerPid: worker.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
