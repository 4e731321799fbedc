import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresAddress } from '../postgres/postgres.ts';
import { makeServerFolder, type ServerFolder } from '../process/server-folder.ts';

export interface ConfigFolder extends ServerFolder {
  readonly configFile: string;
}

/**
 * A temporary folder with a configuration file of Odoo, as far as the sidecar reads it. Whoever makes it removes it.
 *
 * @param name a part of the folder's name
 * @param addonsPath folders with a comma between
 */
export async function makeConfigFolder(
  name: string,
  { host, port, user, password }: PostgresAddress,
  addonsPath: string,
): Promise<ConfigFolder> {
  const folder = await makeServerFolder(name);
  const configFile = join(folder.path, 'odoo.conf');
  const lines = [
    '[options]',
    `addons_path = ${addonsPath}`,
    `db_host = ${host}`,
    `db_port = ${port}`,
    `db_user = ${user}`,
    `db_password = ${password}`,
  ];
  await writeFile(configFile, `${lines.join('\n')}\n`);
  return { ...folder, configFile };
}
