import { afterAll, beforeAll } from 'vitest';
import type { Odoo } from '../../support/odoo/odoo.ts';
import { type OdooStack, startStackAround } from '../../support/odoo/odoo-stack.ts';
import { showLogOfFailures } from '../../support/process/failure-log.ts';
import { setParameter, startOcaOdoo } from './oca-odoo.ts';

/**
 * An Odoo with OCA's addons and everything around it, for the tests of one file. Logs of a test that fails are shown.
 *
 * @param parameters system parameters that it has
 * @param start starts the Odoo, if it is not the usual one
 */
export function useOcaStack(
  parameters: Readonly<Record<string, string>> = {},
  start: () => Promise<Odoo> = startOcaOdoo,
): () => OdooStack {
  let stack: OdooStack | undefined;
  const get = () => {
    if (stack === undefined) throw new Error('Odoo runs during tests only. Ask for it inside of one.');
    return stack;
  };
  beforeAll(async () => {
    stack = await startStackAround(() => start());
    for (const [key, value] of Object.entries(parameters)) await setParameter(stack.odoo, key, value);
  });
  afterAll(() => stack?.stop());
  showLogOfFailures('Odoo', () => get().odoo.server);
  showLogOfFailures('The sidecar', () => get().sidecar);
  return get;
}
