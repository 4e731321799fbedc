import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { createDatabase, type PostgresAddress, startPostgres } from '../postgres/postgres.ts';
import { makeServerFolder } from '../process/server-folder.ts';
import { SERIES_TABLE } from '../series/series-table.ts';
import { type InstalledDatabase, install } from './installation.ts';

/** A server for the databases of one series, and one to be copied, in which Odoo itself is installed and none of our addons. */
export interface BaseDatabase {
  readonly postgres: PostgresAddress;
  readonly template: InstalledDatabase;
}

declare module 'vitest' {
  export interface ProvidedContext {
    base: BaseDatabase;
  }
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Installs once what every file would else wait for. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = Object.entries(SERIES_TABLE).find(([name]) => name === project.name);
  if (found === undefined)
    throw new Error(`There is no series with the name of the project ${project.name}.`);
  const [, series] = found;
  const { stop: stopPostgres, ...postgres } = await startPostgres(15);
  const folder = await makeServerFolder(series.folder);
  const stop = () => stopPostgres().finally(folder.remove);
  try {
    const template = await install({
      program: here(`../../../.cache/${series.folder}/odoo`),
      postgres,
      database: await createDatabase(postgres, 'base'),
      modules: ['base', 'web'],
      addonsPaths: [here('../../../addon')],
      folder: folder.path,
      more: series.options,
    });
    project.provide('base', { postgres, template });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
