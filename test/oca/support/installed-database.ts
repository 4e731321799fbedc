import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { type InstalledDatabase, install } from '../../support/odoo/installation.ts';
import { createDatabase, type PostgresAddress, startPostgres } from '../../support/postgres/postgres.ts';
import { makeServerFolder } from '../../support/process/server-folder.ts';

/** What this folder's tests begin with: a server, and databases on it to be copied. */
export interface InstalledDatabases {
  readonly postgres: PostgresAddress;
  /** With all of OCA's addons that can run at the same time. */
  readonly all: InstalledDatabase;
  /** Without `auth_session_timeout`, which asks for sessions in files: for `session_db`. */
  readonly withoutTimeout: InstalledDatabase;
}

declare module 'vitest' {
  export interface ProvidedContext {
    installed: InstalledDatabases;
  }
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PROGRAM = here('../../../.cache/oca/odoo');
const ADDONS_PATHS = ['../../../.cache/oca/addons', '../../../addon', '../../odoo/addons'].map(here);
const OURS = ['web_socketio_demo', 'web_socketio_test'];
const THEIRS = ['mail', 'portal', 'auth_timeout', 'impersonate_login', 'password_security', 'sentry'];

/** Installs once what takes Odoo a minute. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop: stopPostgres, ...postgres } = await startPostgres(15);
  const folder = await makeServerFolder('oca');
  const stop = () => stopPostgres().finally(folder.remove);
  const installIn = (database: string, modules: readonly string[]) =>
    install({
      program: PROGRAM,
      ...{ postgres, database, modules, addonsPaths: ADDONS_PATHS },
      folder: folder.path,
      more: { without_demo: 'True' },
    });
  try {
    await createDatabase(postgres, 'without_timeout');
    const withoutTimeout = await installIn('without_timeout', [...OURS, ...THEIRS]);
    await createDatabase(postgres, 'all_of_them', 'without_timeout');
    const { database } = await installIn('all_of_them', ['auth_session_timeout']);
    // Its attachments are those that the first one had.
    const all = { database, filestore: withoutTimeout.filestore };
    project.provide('installed', { postgres, all, withoutTimeout });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
