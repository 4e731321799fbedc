import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pressModuleButton } from '../../support/browser/module-button.ts';
import { type Odoo, startOdoo } from '../../support/odoo/odoo.ts';
import { giveToOdoo, makeOdooRole, ODOO_ROLE } from '../../support/odoo/odoo-role.ts';
import { readCatalog } from '../../support/postgres/catalog/database-catalog.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { showLogOfFailures } from '../../support/process/failure-log.ts';
import { aboutAll, choose, LIVE_ADDONS, told, triggers } from './live-odoo.ts';

const CATEGORY = 'res.partner.category';
const OWN = ['delete', 'insert', 'truncate', 'update'].map(
  (event) => `web_live_${event}_res_partner_category on res_partner_category`,
);
const Session = z.object({ web_live: z.object({ models: z.array(z.string()) }) });

let postgres: PostgresServer;
let odoo: Odoo;
/** As a superuser, who is not Odoo's role. */
let database: TestDatabase;
let stock: readonly string[];

beforeAll(async () => {
  postgres = await startPostgres(15);
  await makeOdooRole(postgres);
  odoo = await startOdoo({
    postgres,
    modules: ['web_socketio'],
    addonsPaths: LIVE_ADDONS,
    reach: ODOO_ROLE,
    prepare: (name) => giveToOdoo(postgres, name),
  });
  database = TestDatabase.at(postgres, odoo.database);
  stock = await readCatalog(odoo);
  await pressModuleButton(odoo, 'web_live', 'button_immediate_install');
});
afterAll(async () => {
  await odoo?.stop();
  await postgres?.stop();
});
showLogOfFailures('Odoo 19', () => odoo.server);

const take = (...ids: number[]) => odoo.execute(odoo.admin, 'web_live.model', 'unlink', [ids]);
const read = async (id: number) => {
  const read = await odoo.execute(odoo.admin, 'web_live.model', 'read', [[id], ['model', 'state', 'reason']]);
  return z.array(z.object({ model: z.string(), state: z.string(), reason: z.unknown() })).parse(read)[0];
};
const refused = (message: RegExp) => ({
  fault: 'odoo.exceptions.UserError',
  message: expect.stringMatching(message),
});

describe('Choosing models', () => {
  it('makes triggers on their tables alone, and deleting the choice takes them and tells the pages', async () => {
    const installed = await readCatalog(odoo);
    expect(await triggers(odoo)).toEqual([]);
    const id = await choose(odoo, CATEGORY);
    expect(await triggers(odoo)).toEqual(OWN);
    expect(await read(id)).toEqual({ model: CATEGORY, state: 'live', reason: false });
    await told(odoo);
    await take(id);
    expect(await readCatalog(odoo)).toEqual(installed);
    expect(await told(odoo)).toEqual([aboutAll('off', CATEGORY)]);
  });

  it('tells the pages of internal users which models are live, as far as they may read them', async () => {
    const ids = [await choose(odoo, CATEGORY), await choose(odoo, 'ir.cron')];
    const models = async (login: string, password: string) => {
      const session = await odoo.logIn({ login, password });
      return Session.parse(await session.post('/web/session/get_session_info', {})).web_live.models;
    };
    const anna = await odoo.createUser('anna');
    expect(await models(anna.login, anna.password)).toEqual([CATEGORY]);
    expect(await models('admin', 'admin')).toEqual(['ir.cron', CATEGORY]);
    await take(...ids);
    expect(await models('admin', 'admin')).toEqual([]);
  });

  it('is refused in a sentence for what has no table of its own, or no records to show', async () => {
    await pressModuleButton(odoo, 'web_socketio_test_triggers', 'button_immediate_install');
    const before = await triggers(odoo);
    for (const [model, sentence] of [
      ['image.mixin', /: The model image\.mixin is abstract and has no records: [^.]*\.$/],
      ['base.language.install', /: The model base\.language\.install is of a wizard, whose [^.]*\.$/],
      [
        'test_triggers.view',
        /: The model test_triggers\.view is a view of the database, test_triggers_view: [^.]*\.$/,
      ],
    ] as const) {
      await expect(choose(odoo, model), model).rejects.toMatchObject(refused(sentence));
    }
    expect(await triggers(odoo)).toEqual(before);
    expect(await odoo.sql('SELECT * FROM web_live_model')).toEqual([]);
  });

  it('is refused for the table of another role, with the statement that helps, also where a model inherits from it', async () => {
    for (const table of ['res_partner_industry', 'res_partner'])
      await database.query(
        `ALTER TABLE ${table} OWNER TO ${postgres.user}; GRANT ALL ON ${table} TO ${ODOO_ROLE.user}`,
      );
    await expect(choose(odoo, 'res.partner.industry')).rejects.toMatchObject(
      refused(
        /: The table res_partner_industry of the model res\.partner\.industry belongs to the role openerp, .*: let a superuser run ALTER TABLE res_partner_industry OWNER TO odoo\.$/,
      ),
    );
    await expect(choose(odoo, 'res.users')).rejects.toMatchObject(
      refused(/: The table res_partner of the model res\.users belongs to the role openerp, /),
    );
    for (const table of ['res_partner_industry', 'res_partner'])
      await database.query(`ALTER TABLE ${table} OWNER TO ${ODOO_ROLE.user}`);
  });

  it('is refused while others change the table, and works once they have finished', async () => {
    const writer = await database.connect();
    await writer.query(`BEGIN; UPDATE res_partner_category SET color = 1`);
    await expect(choose(odoo, CATEGORY)).rejects.toMatchObject(
      refused(
        /: The model res\.partner\.category is being changed by others right now: try again in a minute\.$/,
      ),
    );
    expect(await odoo.sql('SELECT * FROM web_live_model')).toEqual([]);
    await writer.query('COMMIT');
    await take(await choose(odoo, CATEGORY));
  });

  it('and deleting the choice leaves a model live whose class says so', async () => {
    const before = await triggers(odoo);
    await told(odoo);
    await take(await choose(odoo, 'res.country.group'));
    expect(await triggers(odoo)).toEqual(before);
    expect(await told(odoo)).toEqual([]);
  });

  it('ends with a model of the user that is deleted, and the pages are told', async () => {
    const model = await odoo.execute(odoo.admin, 'ir.model', 'create', [{ name: 'Own', model: 'x_own' }]);
    await choose(odoo, 'x_own');
    await told(odoo);
    await odoo.execute(odoo.admin, 'ir.model', 'unlink', [[model]]);
    expect(await told(odoo)).toContainEqual(aboutAll('off', 'x_own'));
    expect(await odoo.sql('SELECT * FROM web_live_model')).toEqual([]);
  });

  it('is not there for others than administrators', async () => {
    const ben = await odoo.createUser('ben');
    for (const [method, args] of [
      ['create', [{ model_id: 1 }]],
      ['search', [[]]],
      ['action_try_again', [[]]],
    ] as const) {
      await expect(odoo.execute(ben, 'web_live.model', method, args), method).rejects.toMatchObject({
        fault: 'odoo.exceptions.AccessError',
      });
    }
  });
});

describe('Uninstalling', () => {
  it('an addon whose classes are live takes the triggers of what stays, and tells the pages', async () => {
    expect(await triggers(odoo)).toContain('web_live_update_res_country_group on res_country_group');
    await choose(odoo, 'test_triggers.child');
    await told(odoo);
    await pressModuleButton(odoo, 'web_socketio_test_triggers', 'button_immediate_uninstall');
    expect(await triggers(odoo)).toEqual([]);
    expect(await told(odoo)).toEqual(
      expect.arrayContaining([aboutAll('off', 'res.country.group'), aboutAll('off', 'test_triggers.child')]),
    );
    expect(await odoo.sql('SELECT * FROM web_live_model')).toEqual([]);
  });

  it('is refused while others use a live table, changes nothing then, and works once they have finished', async () => {
    await choose(odoo, CATEGORY);
    await choose(odoo, 'res.users');
    const reader = await database.connect();
    await reader.query('BEGIN; SELECT FROM res_partner_category');
    const before = await triggers(odoo);
    await expect(pressModuleButton(odoo, 'web_live', 'button_immediate_uninstall')).rejects.toMatchObject(
      refused(/: Others use the tables of live models right now, .*: try again in a minute\.$/),
    );
    expect(await triggers(odoo)).toEqual(before);
    await reader.query('COMMIT');
  });

  it('leaves nothing behind in the database, and tells the pages', async () => {
    await told(odoo);
    await pressModuleButton(odoo, 'web_live', 'button_immediate_uninstall');
    expect(await readCatalog(odoo)).toEqual(stock);
    expect(await told(odoo)).toEqual(
      expect.arrayContaining([aboutAll('off', CATEGORY), aboutAll('off', 'res.users')]),
    );
    await odoo.createUser('after all');
  });

  it('goes with web_socketio, and it can be installed again', async () => {
    await pressModuleButton(odoo, 'web_live', 'button_immediate_install');
    await choose(odoo, 'res.users');
    await pressModuleButton(odoo, 'web_socketio', 'button_immediate_uninstall');
    expect((await readCatalog(odoo)).filter((entry) => /web_live|web_socketio/.test(entry))).toEqual([]);
    await odoo.createUser('after all of it');
  });
});
