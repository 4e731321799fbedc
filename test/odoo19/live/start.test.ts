import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import type { Odoo } from '../../support/odoo/odoo.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { showLogOfFailures } from '../../support/process/failure-log.ts';
import { aboutAll, choose, startLiveOdoo, startOnce, TRIGGERS_ADDON, told, triggers } from './live-odoo.ts';

const UPDATE = 'web_live_update_res_partner_category on res_partner_category';
/** What Odoo logs at a start that has something to do for this. */
const WRONG = /Not live|is tried again|could not be| (ERROR|CRITICAL) /;

let odoo: Odoo;
let database: TestDatabase;
let complete: readonly string[];

beforeAll(async () => {
  odoo = await startLiveOdoo([TRIGGERS_ADDON]);
  database = TestDatabase.at(inject('base').postgres, odoo.database);
  await choose(odoo, 'res.partner.category');
  await choose(odoo, 'res.users');
  complete = await triggers(odoo);
});
afterAll(() => odoo?.stop());
showLogOfFailures('Odoo 19', () => odoo.server);

const drop = (trigger: string) => odoo.sql(`DROP TRIGGER ${trigger}`);
const stateOf = async (model: string) => {
  const read = await odoo.execute(odoo.admin, 'web_live.model', 'search_read', [
    [],
    ['model', 'state', 'reason'],
  ]);
  const rows = z.array(z.object({ model: z.string(), state: z.string(), reason: z.unknown() })).parse(read);
  return rows.find((row) => row.model === model);
};

it('A start changes nothing where nothing is missing', async () => {
  await told(odoo);
  expect(await startOnce(odoo)).not.toMatch(WRONG);
  expect(await told(odoo)).toEqual([]);
  expect(await triggers(odoo)).toEqual(complete);
});

it('Several processes that start at once make what is missing once, and say so to the pages once', async () => {
  for (const trigger of complete) await drop(trigger);
  await told(odoo);
  const logs = await Promise.all([startOnce(odoo), startOnce(odoo), startOnce(odoo)]);
  for (const log of logs) expect(log).not.toMatch(WRONG);
  expect(await triggers(odoo)).toEqual(complete);
  expect((await told(odoo)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual(
    ['res.country.group', 'res.partner.category', 'res.users'].map((model) => aboutAll('many', model)),
  );
});

it('A start takes what nobody needs', async () => {
  await odoo.sql(
    "CREATE TRIGGER web_live_of_before AFTER TRUNCATE ON res_bank FOR EACH STATEMENT EXECUTE PROCEDURE web_live_changed('res.bank', 'who')",
  );
  await startOnce(odoo);
  expect(await triggers(odoo)).toEqual(complete);
});

it('A table that is busy neither keeps a start waiting nor breaks it, and is tried again', async () => {
  await drop(UPDATE);
  const writer = await database.connect();
  await writer.query('BEGIN; LOCK TABLE res_partner_category IN ROW EXCLUSIVE MODE');
  const log = await startOnce(odoo);
  expect(log).toMatch(/Live models: others use res_partner_category, .* It is tried again in a minute\./);
  expect(log).not.toMatch(/ (WARNING|ERROR|CRITICAL) .*odoo\.(addons\.web_live|sql_db)/);
  expect(await triggers(odoo)).not.toContain(UPDATE);
  expect(await stateOf('res.partner.category')).toMatchObject({
    state: 'waiting',
    reason: expect.stringMatching(/^Triggers are missing: /),
  });
  const [cron] = await odoo.sql(
    "SELECT res_id AS id FROM ir_model_data WHERE module = 'base' AND name = 'autovacuum_job'",
  );
  expect(
    await odoo.sql(
      "SELECT 1 AS due FROM ir_cron_trigger WHERE cron_id = $1 AND call_at < now() AT TIME ZONE 'UTC' + interval '90 s'",
      [cron?.['id']],
    ),
  ).toContainEqual({ due: 1 });

  await writer.query('COMMIT');
  await odoo.execute(odoo.admin, 'ir.cron', 'method_direct_trigger', [[cron?.['id']]]);
  expect(await triggers(odoo)).toEqual(complete);
  expect(await stateOf('res.partner.category')).toMatchObject({ state: 'live', reason: false });
});

it('A table with readers is not busy', async () => {
  await drop(UPDATE);
  const reader = await database.connect();
  await reader.query('BEGIN; SELECT FROM res_partner_category');
  expect(await startOnce(odoo)).not.toMatch(WRONG);
  expect(await triggers(odoo)).toEqual(complete);
  await reader.query('COMMIT');
});

it('A choice of a model that is no more there says so, in the list and in the log, and hinders nothing', async () => {
  const [model] = await odoo.sql(
    `INSERT INTO ir_model (model, name, state, "order") VALUES ('gone.model', '{"en_US": "Gone"}', 'base', 'id') RETURNING id`,
  );
  await odoo.sql('INSERT INTO web_live_model (model_id) VALUES ($1)', [model?.['id']]);
  expect(await stateOf('gone.model')).toEqual({
    model: 'gone.model',
    state: 'broken',
    reason: 'The model gone.model is not there: the module that has it is not installed.',
  });
  expect(await startOnce(odoo)).not.toMatch(/ (ERROR|CRITICAL) /);
  expect(await triggers(odoo)).toEqual(complete);
  await odoo.sql('DELETE FROM ir_model WHERE id = $1', [model?.['id']]);
});
