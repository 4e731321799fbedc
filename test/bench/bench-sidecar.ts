import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openerpConfig } from '../support/openerp7/openerp-config.ts';
import type { PostgresAddress } from '../support/postgres/postgres.ts';
import { makeServerFolder } from '../support/process/server-folder.ts';
import { ServerProcess } from '../support/process/server-process.ts';
import { COLLECTOR, type Server } from './server.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The built sidecar as users run it, in a process of its own.
 *
 * @param options further ones of its command line
 */
export async function startSidecar(
  address: PostgresAddress,
  databases: readonly string[],
  options: readonly string[] = [],
): Promise<Server> {
  const folder = await makeServerFolder('bench');
  const config = join(folder.path, 'odoo.conf');
  await writeFile(config, openerpConfig(address, here('addons')));
  const server = new ServerProcess({
    command: process.execPath,
    args: [
      ...COLLECTOR,
      here('../../sidecar/dist/main.js'),
      '-c',
      config,
      '-d',
      databases.join(','),
      '-p',
      '0',
      ...options,
    ],
    cwd: '/',
  });
  const stop = () => server.stop().finally(folder.remove);
  try {
    const line = await server.waitForLine(/Listening on/);
    const [, pid = '', url = ''] = /(\d+) INFO .* (http:\S+)/.exec(line) ?? [];
    for (const name of databases) await server.waitForLine(new RegExp(`${name} .*Connected to PostgreSQL`));
    return { url, pid: Number(pid), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
