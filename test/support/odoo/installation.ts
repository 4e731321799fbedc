import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresAddress } from '../postgres/postgres.ts';
import { requireProgram } from '../process/installed.ts';
import { Program } from '../process/program.ts';

/** What a test's own database is a copy of, with the files that go with it. */
export interface InstalledDatabase {
  readonly database: string;
  readonly filestore: string;
}

interface InstallationOptions {
  /** What starts Odoo. */
  readonly program: string;
  readonly postgres: PostgresAddress;
  /** Is there, and empty unless modules were installed in it before. */
  readonly database: string;
  readonly modules: readonly string[];
  readonly addonsPaths: readonly string[];
  /** Odoo's folder, with its configuration and its files. */
  readonly folder: string;
  /** More options of its configuration file. */
  readonly more: Readonly<Record<string, string>>;
}

/** Installs modules in a database that nobody uses meanwhile, which takes Odoo half a minute. */
export async function install(options: InstallationOptions): Promise<InstalledDatabase> {
  const { program, database, modules, folder } = options;
  const configFile = join(folder, 'odoo.conf');
  await writeFile(configFile, configuration(options));
  const server = new Program({
    command: await requireProgram(program),
    args: ['-c', configFile, '-d', database, '-i', modules.join(','), '--stop-after-init'],
    env: { HOME: folder },
    cwd: folder,
    user: 'ordinary',
  });
  await server.ended;
  if (!/Initiating shutdown/.test(server.log) || / (ERROR|CRITICAL) /.test(server.log)) {
    throw new Error(`Odoo did not install ${modules.join(', ')}. Its log:\n${server.log}`);
  }
  return { database, filestore: join(folder, 'data/filestore', database) };
}

function configuration({ postgres, addonsPaths, folder, more }: InstallationOptions): string {
  const options = {
    addons_path: addonsPaths.join(','),
    data_dir: join(folder, 'data'),
    db_host: postgres.host,
    db_port: postgres.port,
    db_user: postgres.user,
    db_password: postgres.password,
    http_enable: 'False',
    max_cron_threads: 0,
    ...more,
  };
  const lines = Object.entries(options).map(([name, value]) => `${name} = ${value}\n`);
  return `[options]\n${lines.join('')}`;
}
