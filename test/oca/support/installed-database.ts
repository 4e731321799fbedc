import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { createDatabase, type PostgresAddress, startPostgres } from '../../support/postgres/postgres.ts';
import { requireProgram } from '../../support/process/installed.ts';
import { Program } from '../../support/process/program.ts';
import { makeServerFolder } from '../../support/process/server-folder.ts';

/** What this folder's tests begin with: a server, and databases on it to be copied. */
export interface InstalledDatabases {
  readonly postgres: PostgresAddress;
  /** With all of OCA's addons that can run at the same time. */
  readonly all: InstalledDatabase;
  /** Without `auth_session_timeout`, which asks for sessions in files: for `session_db`. */
  readonly withoutTimeout: InstalledDatabase;
}

interface InstalledDatabase {
  readonly database: string;
  readonly filestore: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    installed: InstalledDatabases;
  }
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PROGRAM = here('../../../.cache/oca/odoo');
const ADDONS_PATH = ['../../../.cache/oca/addons', '../../../addon', '../../odoo/addons'].map(here).join(',');
const OURS = ['web_socketio_demo', 'web_socketio_test'];
const THEIRS = ['mail', 'portal', 'auth_timeout', 'impersonate_login', 'password_security', 'sentry'];

/** Installs once what takes Odoo a minute. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop: stopPostgres, ...postgres } = await startPostgres(15);
  const folder = await makeServerFolder('oca');
  const stop = () => stopPostgres().finally(folder.remove);
  const install = async (database: string, modules: readonly string[]): Promise<InstalledDatabase> => {
    const configFile = join(folder.path, 'odoo.conf');
    await writeFile(configFile, configuration(postgres, folder.path));
    const server = new Program({
      command: await requireProgram(PROGRAM),
      args: ['-c', configFile, '-d', database, '-i', modules.join(','), '--stop-after-init'],
      env: { HOME: folder.path },
      cwd: folder.path,
      user: 'ordinary',
    });
    await server.ended;
    if (!/Initiating shutdown/.test(server.log) || / (ERROR|CRITICAL) /.test(server.log)) {
      throw new Error(`Odoo did not install ${modules.join(', ')}. Its log:\n${server.log}`);
    }
    return { database, filestore: join(folder.path, 'data/filestore', database) };
  };
  try {
    await createDatabase(postgres, 'without_timeout');
    const withoutTimeout = await install('without_timeout', [...OURS, ...THEIRS]);
    await createDatabase(postgres, 'all_of_them', 'without_timeout');
    const { database } = await install('all_of_them', ['auth_session_timeout']);
    // Its attachments are those that the first one had.
    const all = { database, filestore: withoutTimeout.filestore };
    project.provide('installed', { postgres, all, withoutTimeout });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration({ host, port, user, password }: PostgresAddress, folder: string): string {
  return `[options]
addons_path = ${ADDONS_PATH}
data_dir = ${join(folder, 'data')}
db_host = ${host}
db_port = ${port}
db_user = ${user}
db_password = ${password}
http_enable = False
max_cron_threads = 0
without_demo = True
`;
}
