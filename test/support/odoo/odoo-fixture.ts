import { afterAll, beforeAll } from 'vitest';
import { type PostgresServer, startPostgres } from '../postgres/postgres.ts';
import { showLogOfFailures } from '../process/failure-log.ts';
import { series } from '../series/series.ts';
import { type Odoo, startOdoo } from './odoo.ts';

/** An Odoo for the tests of one file, on a PostgreSQL of its own. The log of a test that fails is shown. */
export function useOdoo(modules: readonly string[]): () => Odoo {
  let postgres: PostgresServer | undefined;
  let odoo: Odoo | undefined;
  const get = () => {
    if (odoo === undefined) throw new Error('Odoo runs during tests only. Ask for it inside of one.');
    return odoo;
  };
  beforeAll(async () => {
    postgres = await startPostgres(15);
    odoo = await startOdoo({ postgres, modules });
  });
  afterAll(async () => {
    try {
      await odoo?.stop();
    } finally {
      await postgres?.stop();
    }
  });
  showLogOfFailures(series.name, () => get().server);
  return get;
}
