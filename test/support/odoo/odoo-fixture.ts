import { afterAll, beforeAll } from 'vitest';
import { showLogOfFailures } from '../process/failure-log.ts';
import { series } from '../series/series.ts';
import { type Odoo, startInstalledOdoo } from './odoo.ts';

/** An Odoo for the tests of one file, with a database of its own. The log of a test that fails is shown. */
export function useOdoo(modules: readonly string[]): () => Odoo {
  let odoo: Odoo | undefined;
  const get = () => {
    if (odoo === undefined) throw new Error('Odoo runs during tests only. Ask for it inside of one.');
    return odoo;
  };
  beforeAll(async () => {
    odoo = await startInstalledOdoo({ modules });
  });
  afterAll(() => odoo?.stop());
  showLogOfFailures(series.name, () => get().server);
  return get;
}
