import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { z } from 'zod';
import { type Odoo, startInstalledOdoo } from '../../support/odoo/odoo.ts';
import { LAUNCHER } from '../../support/odoo/odoo-python.ts';
import { readCatalog } from '../../support/postgres/catalog/database-catalog.ts';
import { Program } from '../../support/process/program.ts';

/** With the addon of these tests. */
export const LIVE_ADDONS = [fileURLToPath(new URL('../addons', import.meta.url))];
const Id = z.number();
const Ids = z.array(Id);

/** Has models with tables of all kinds. */
export const TRIGGERS_ADDON = 'web_socketio_test_triggers';

/** An Odoo with web_live, and the addon of these tests on its path. */
export const startLiveOdoo = (modules: readonly string[]): Promise<Odoo> =>
  startInstalledOdoo({ modules, addonsPaths: LIVE_ADDONS });

/** Chooses a model, as an administrator does. @returns the id of the choice */
export async function choose(odoo: Odoo, model: string): Promise<number> {
  const [id] = Ids.parse(await odoo.execute(odoo.admin, 'ir.model', 'search', [[['model', '=', model]]]));
  return Id.parse(await odoo.execute(odoo.admin, 'web_live.model', 'create', [{ model_id: id }]));
}

/** The messages since the last call, in their order. */
export function told(odoo: Odoo): Promise<Record<string, unknown>[]> {
  return odoo.sql(`
    WITH told AS (DELETE FROM web_socketio_message WHERE channel = 'web_live' RETURNING id, uid, "values")
    SELECT uid, "values" FROM told ORDER BY id`);
}

/** What a message says about some records. */
export function about(op: string, model: string, ids: readonly number[], uid: number | null): object {
  return { uid, values: { model, op, ids, keys: [model, ...ids.map((id) => `${model},${id}`)] } };
}

/** What a message says about all records of a model. */
export function aboutAll(op: 'many' | 'off', model: string, uid: number | null = null): object {
  return { uid, values: { model, op, ids: null, keys: [model, `${model},*`] } };
}

/** The triggers that there are, as `name on table`. */
export async function triggers(odoo: Odoo): Promise<string[]> {
  return (await readCatalog(odoo)).flatMap((entry) => /^trigger (web_live_.*)$/.exec(entry)?.[1] ?? []);
}

/** Starts another process of the same Odoo, as a worker that starts does, and waits for its end. @returns its log */
export async function startOnce(odoo: Odoo): Promise<string> {
  const program = new Program({
    command: LAUNCHER,
    args: ['-c', odoo.configFile, '-d', odoo.database, '--no-http', '--stop-after-init'],
    env: { HOME: '/nonexistent' },
    user: 'ordinary',
  });
  expect(await program.ended, program.log).toEqual([0, null]);
  return program.log;
}
