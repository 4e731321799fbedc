import { afterAll, beforeAll } from 'vitest';
import { showLogOfFailures } from './failure-log.ts';
import { type Odoo19, startOdoo19 } from './odoo19.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

/** An Odoo 19 for the tests of one file, on a PostgreSQL of its own. The log of a test that fails is shown. */
export function useOdoo19(modules: readonly string[]): () => Odoo19 {
  let postgres: PostgresServer | undefined;
  let odoo: Odoo19 | undefined;
  const get = () => {
    if (odoo === undefined) throw new Error('Odoo 19 runs during tests only. Ask for it inside of one.');
    return odoo;
  };
  beforeAll(async () => {
    postgres = await startPostgres(15);
    odoo = await startOdoo19({ postgres, modules });
  });
  afterAll(async () => {
    try {
      await odoo?.stop();
    } finally {
      await postgres?.stop();
    }
  });
  showLogOfFailures('Odoo 19', () => get().server);
  return get;
}
