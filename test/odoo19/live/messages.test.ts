import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import type { Odoo } from '../../support/odoo/odoo.ts';
import type { OdooUser } from '../../support/odoo/odoo-session.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { showLogOfFailures } from '../../support/process/failure-log.ts';
import { about, aboutAll, choose, startLiveOdoo, TRIGGERS_ADDON, told } from './live-odoo.ts';

const PARTNER = 'res.partner';
const Id = z.number();

let odoo: Odoo;
let manager: OdooUser;
let database: TestDatabase;

beforeAll(async () => {
  odoo = await startLiveOdoo([TRIGGERS_ADDON]);
  database = TestDatabase.at(inject('base').postgres, odoo.database);
  manager = await odoo.createUser('maria');
  const [group] = await odoo.sql(
    "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_partner_manager'",
  );
  await odoo.execute(odoo.admin, 'res.users', 'write', [
    [manager.uid],
    { group_ids: [[4, group?.['res_id']]] },
  ]);
  for (const model of [PARTNER, 'res.currency.rate', 'test_triggers.plain', 'test_triggers.grandchild'])
    await choose(odoo, model);
});
beforeEach(async () => {
  await told(odoo);
});
afterAll(() => odoo?.stop());
showLogOfFailures('Odoo 19', () => odoo.server);

const create = async (model: string, values: object): Promise<number> =>
  Id.parse(await odoo.execute(odoo.admin, model, 'create', [values]));
const write = (model: string, id: number, values: object) =>
  odoo.execute(odoo.admin, model, 'write', [[id], values]);

/** A message of each of Odoo's statements, which may be several for one call; they are all the same. */
async function toldOnce(): Promise<unknown> {
  const [first, ...others] = await told(odoo);
  for (const other of others) expect(other).toEqual(first);
  return first;
}

describe('What users do in Odoo', () => {
  it('is told with who did it: create, write, archive, delete', async () => {
    const as = (method: string, ...args: unknown[]) => odoo.execute(manager, PARTNER, method, args);
    const id = Id.parse(await as('create', { name: 'New' }));
    expect((await told(odoo))[0]).toEqual(about('create', PARTNER, [id], manager.uid));
    await as('write', [id], { name: 'Changed' });
    expect(await toldOnce()).toEqual(about('write', PARTNER, [id], manager.uid));
    await as('action_archive', [id]);
    expect(await toldOnce()).toEqual(about('write', PARTNER, [id], manager.uid));
    await as('unlink', [id]);
    expect(await told(odoo)).toEqual([about('unlink', PARTNER, [id], manager.uid)]);
  });

  it('is not told when it fails', async () => {
    const [company] = await odoo.sql('SELECT partner_id FROM res_company');
    await expect(
      odoo.execute(odoo.admin, PARTNER, 'unlink', [[company?.['partner_id']]]),
    ).rejects.toMatchObject({ name: 'OdooFault' });
    expect(await told(odoo)).toEqual([]);
  });

  it('is told of a table whose rows do not say who wrote them, and of a name of its own', async () => {
    const id = await create('test_triggers.plain', { name: 'One' });
    await write('test_triggers.plain', id, { name: 'Other' });
    await odoo.execute(odoo.admin, 'test_triggers.plain', 'unlink', [[id]]);
    expect(await told(odoo)).toEqual([
      about('create', 'test_triggers.plain', [id], null),
      about('write', 'test_triggers.plain', [id], null),
      about('unlink', 'test_triggers.plain', [id], odoo.admin.uid),
    ]);
  });

  it('is told of what inherits from a record, over two models, with its own ids', async () => {
    const others = [await create('test_triggers.plain', { name: 'Nobody inherits from it' })];
    for (const name of ['A', 'B', 'C']) others.push(await create('test_triggers.child', { name }));
    const id = await create('test_triggers.grandchild', { name: 'One' });
    const [{ plain } = {}] = await odoo.sql(
      'SELECT plain_id AS plain FROM test_triggers_grandchild AS g JOIN test_triggers_child AS c ON c.id = child_id WHERE g.id = $1',
      [id],
    );
    await told(odoo);
    await write('test_triggers.plain', Id.parse(plain), { name: 'Changed' });
    expect(await told(odoo)).toEqual(
      expect.arrayContaining([
        about('write', 'test_triggers.plain', [Id.parse(plain)], null),
        about('write', 'test_triggers.grandchild', [id], null),
      ]),
    );
    await write('test_triggers.plain', others[0] ?? 0, { name: 'Of no interest' });
    expect(await told(odoo)).toHaveLength(1);
  });

  it('fails nobody while what inherits from the record is being renamed, changed or removed', async () => {
    const grandchild = await create('test_triggers.grandchild', { name: 'One' });
    const [{ plain } = {}] = await odoo.sql(
      'SELECT plain_id AS plain FROM test_triggers_grandchild AS g JOIN test_triggers_child AS c ON c.id = child_id WHERE g.id = $1',
      [grandchild],
    );
    const id = Id.parse(plain);
    const own = about('write', 'test_triggers.plain', [id], null);
    const inherited = about('write', 'test_triggers.grandchild', [grandchild], null);
    await odoo.sql(
      'ALTER TABLE test_triggers_grandchild DROP CONSTRAINT test_triggers_grandchild_child_id_fkey',
    );
    await told(odoo);
    for (const [change, back] of [
      ['test_triggers_child RENAME TO elsewhere', 'elsewhere RENAME TO test_triggers_child'],
      ['test_triggers_grandchild RENAME TO elsewhere', 'elsewhere RENAME TO test_triggers_grandchild'],
      ['test_triggers_child RENAME plain_id TO other', 'test_triggers_child RENAME other TO plain_id'],
      [
        'test_triggers_grandchild ALTER child_id TYPE jsonb USING to_jsonb(child_id)',
        'test_triggers_grandchild ALTER child_id TYPE integer USING child_id::text::integer',
      ],
    ] as const) {
      await odoo.sql(`ALTER TABLE ${change}`);
      await write('test_triggers.plain', id, { name: change });
      expect(await told(odoo), change).toEqual([own]);
      await odoo.sql(`ALTER TABLE ${back}`);
      await write('test_triggers.plain', id, { name: back });
      expect(await told(odoo), back).toEqual(expect.arrayContaining([own, inherited]));
    }
  });

  it('is told of a model whose class says so', async () => {
    const id = await create('res.country.group', { name: 'By its class' });
    expect(await told(odoo)).toEqual([about('create', 'res.country.group', [id], odoo.admin.uid)]);
  });
});

describe('What plain SQL does', () => {
  const insert = (count: number, name: string) =>
    `INSERT INTO res_partner (name, active, type) SELECT '${name}', true, 'contact' FROM generate_series(1, ${count})`;
  const ids = async (name: string): Promise<number[]> =>
    (await odoo.sql('SELECT id FROM res_partner WHERE name = $1 ORDER BY id', [name])).map(({ id }) =>
      Id.parse(id),
    );

  it('is told when the transaction commits, and names nobody', async () => {
    const client = await database.connect();
    await client.query('BEGIN');
    await client.query(insert(2, 'By SQL'));
    expect(await told(odoo)).toEqual([]);
    await client.query('COMMIT');
    expect(await told(odoo)).toEqual([about('create', PARTNER, await ids('By SQL'), null)]);
  });

  it('is never told when the transaction is rolled back, nor what a savepoint takes back', async () => {
    const client = await database.connect();
    await client.query('BEGIN');
    await client.query(insert(1, 'Never'));
    await client.query("UPDATE res_partner SET name = 'Never' WHERE id = 1");
    await client.query('ROLLBACK');
    expect(await told(odoo)).toEqual([]);
    await client.query('BEGIN; SAVEPOINT here');
    await client.query(insert(1, 'Never'));
    await client.query('ROLLBACK TO here; COMMIT');
    expect(await told(odoo)).toEqual([]);
  });

  it('is told from a role that may change the table and knows of nothing else', async () => {
    await database.query(
      "CREATE ROLE clerk LOGIN PASSWORD 'clerk'; GRANT SELECT, UPDATE ON res_partner TO clerk",
    );
    const clerk = TestDatabase.at({ ...database.server, user: 'clerk', password: 'clerk' }, database.name);
    await clerk.query("UPDATE res_partner SET comment = 'by a clerk' WHERE id = 1");
    expect(await told(odoo)).toEqual([about('write', PARTNER, [1], null)]);
    await expect(clerk.query('SELECT 1 FROM web_socketio_message')).rejects.toMatchObject({ code: '42501' });
    await expect(
      clerk.query(`CREATE TEMP TABLE own (id int);
        CREATE TRIGGER t AFTER TRUNCATE ON own EXECUTE PROCEDURE web_live_changed('res.partner', '')`),
    ).rejects.toMatchObject({ code: '42501' });
    await database.query('DROP OWNED BY clerk; DROP ROLE clerk');
  });

  it('is one message for each statement: up to a hundred ids, then many', async () => {
    await odoo.sql(insert(100, 'A hundred'));
    expect(await told(odoo)).toEqual([about('create', PARTNER, await ids('A hundred'), null)]);
    await odoo.sql(insert(101, 'More'));
    expect(await told(odoo)).toEqual([aboutAll('many', PARTNER)]);
  });

  it('is one message for an import of 100,000 rows, for their change and for their end', async () => {
    await odoo.sql(insert(100_000, 'Import'));
    await odoo.sql("UPDATE res_partner SET active = false WHERE name = 'Import'");
    expect(await told(odoo)).toEqual([aboutAll('many', PARTNER), aboutAll('many', PARTNER)]);
    await odoo.sql("DELETE FROM res_partner WHERE name = 'Import'");
    expect((await told(odoo)).at(-1)).toEqual(aboutAll('many', PARTNER));
  });

  it('is told when a table is emptied', async () => {
    await odoo.sql('TRUNCATE res_currency_rate');
    expect(await told(odoo)).toEqual([aboutAll('many', 'res.currency.rate')]);
  });

  it('is nothing when it touches no row, or the table of another model', async () => {
    await odoo.sql('UPDATE res_partner SET active = true WHERE id = 0');
    await odoo.sql('DELETE FROM res_partner WHERE id = 0');
    await odoo.sql('UPDATE res_partner_bank SET active = true');
    await odoo.sql('UPDATE res_company SET name = name');
    expect(await told(odoo)).toEqual([]);
  });

  it('names nobody when several users are in one statement, or one of before', async () => {
    const values = (uid: number, date: string) => `('Several', true, 'contact', ${uid}, ${date})`;
    const now = "now() AT TIME ZONE 'UTC'";
    const by = (...rows: string[]) =>
      odoo.sql(`INSERT INTO res_partner (name, active, type, write_uid, write_date) VALUES ${rows.join()}`);
    await by(values(1, now), values(2, now));
    await by(values(2, now), values(2, "now() - interval '1 hour'"));
    await by(values(2, now), values(2, now));
    expect((await told(odoo)).map(({ uid }) => uid)).toEqual([null, null, 2]);
  });

  it('goes on when the table gets another column meanwhile', async () => {
    const client: pg.Client = await database.connect();
    const change = () => client.query("UPDATE res_partner SET comment = 'x' WHERE id = 1");
    await change();
    await odoo.sql('ALTER TABLE res_partner ADD COLUMN x_new integer, ALTER COLUMN comment TYPE varchar');
    await change();
    await odoo.sql('ALTER TABLE res_partner DROP COLUMN x_new, ALTER COLUMN comment TYPE text');
    await change();
    expect(await told(odoo)).toEqual(Array.from({ length: 3 }, () => about('write', PARTNER, [1], null)));
  });

  it('goes on where somebody has removed the table of messages', async () => {
    await odoo.sql('ALTER TABLE web_socketio_message RENAME TO gone');
    await odoo.sql("UPDATE res_partner SET comment = 'y' WHERE id = 1");
    await odoo.sql('ALTER TABLE gone RENAME TO web_socketio_message');
    expect(await told(odoo)).toEqual([]);
  });
});
