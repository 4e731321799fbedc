import { afterAll, beforeAll, expect, it } from 'vitest';
import { pressModuleButton } from '../../support/browser/module-button.ts';
import { type Odoo, startOdoo } from '../../support/odoo/odoo.ts';
import { readCatalog } from '../../support/postgres/catalog/database-catalog.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres/postgres.ts';
import { runRoleScript } from '../../support/postgres/psql/role-script.ts';
import { messages } from '../../support/postgres/session-rows.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { showLogOfFailures } from '../../support/process/failure-log.ts';

const FIRST_ROLE = 'sidecar_of_before';
const SECOND_ROLE = 'sidecar_of_later';
const PASSWORD = 'its few rights';
/** What every notification of these tests is sent to. */
const CHANNEL = 'test';

let postgres: PostgresServer;
let odoo: Odoo;
let stock: readonly string[];

beforeAll(async () => {
  postgres = await startPostgres(15);
  odoo = await startOdoo({ postgres, modules: ['web_socketio', 'mail', 'im_livechat'] });
  stock = await readCatalog(odoo);
  await makeRole(FIRST_ROLE);
  await send('before');
});
afterAll(async () => {
  await odoo?.stop();
  await postgres?.stop();
});
showLogOfFailures('Odoo 19', () => odoo.server);

const press = (module: string, button: string) =>
  pressModuleButton(odoo, module, `button_immediate_${button}`);
const told = async () => (await messages(odoo, 'web_socketio.control')).length;

async function makeRole(role: string): Promise<void> {
  const { code, text } = await runRoleScript(postgres, odoo.database, role);
  expect([code, text]).toEqual([0, expect.not.stringContaining('ERROR')]);
  await TestDatabase.at(postgres, 'postgres').query(`ALTER ROLE ${role} PASSWORD '${PASSWORD}'`);
}

/** As Odoo does: by a method that sends to the channel of a partner. */
async function send(text: string): Promise<void> {
  const [partner] = await odoo.sql('SELECT partner_id AS id FROM res_users WHERE id = 2');
  const values = { body: text, partner_ids: [partner?.['id']], message_type: 'comment' };
  await odoo.execute(odoo.admin, 'res.partner', 'message_post', [[partner?.['id']]], values);
  await odoo.sql('INSERT INTO bus_bus (create_date, channel, message) VALUES (now(), $1, $2)', [
    CHANNEL,
    text,
  ]);
}

const sent = () =>
  odoo.sql('SELECT message, txid IS NOT NULL AS known FROM bus_bus WHERE channel = $1 ORDER BY id', [
    CHANNEL,
  ]);

async function as(role: string, statement: string): Promise<unknown> {
  const { database } = odoo;
  const reached = TestDatabase.at({ ...postgres, user: role, password: PASSWORD }, database);
  return reached.query(statement).catch((error: { code: string }) => error.code);
}

it('is installed beside Discuss: what was sent before has no transaction, what is sent from then on has', async () => {
  const before = await told();
  await press('web_socketio_bus', 'install');
  await send('after');
  expect(await sent()).toEqual([
    { message: 'before', known: false },
    { message: 'after', known: true },
  ]);
  const added = (await readCatalog(odoo)).filter((entry) => !stock.includes(entry));
  expect(added.filter((entry) => !/web_socketio_bus_schema/.test(entry))).toEqual([
    'column bus_bus.txid',
    'column web_socketio_bus_channel_txid_id_idx.channel',
    'column web_socketio_bus_channel_txid_id_idx.id',
    'column web_socketio_bus_channel_txid_id_idx.txid',
    'column web_socketio_bus_txid_id_idx.id',
    'column web_socketio_bus_txid_id_idx.txid',
    'constraint web_socketio_bus_wake_up on bus_bus',
    'function web_socketio_bus_heal()',
    'function web_socketio_bus_mark(text)',
    'relation i web_socketio_bus_channel_txid_id_idx',
    'relation i web_socketio_bus_txid_id_idx',
    'trigger web_socketio_bus_wake_up on bus_bus',
  ]);
  expect(await told()).toBe(before + 1);
});

it('gives roles of a sidecar what it needs to read the bus, and not more, whichever was there first', async () => {
  await makeRole(SECOND_ROLE);
  for (const role of [FIRST_ROLE, SECOND_ROLE]) {
    expect(await as(role, "SELECT count(*)::int AS count FROM bus_bus WHERE channel = 'test'")).toEqual([
      { count: 2 },
    ]);
    expect(await as(role, "SELECT web_socketio_bus_mark('{}') > 0 AS made")).toEqual([{ made: true }]);
    expect(await as(role, 'SELECT web_socketio_bus_mark(\'{}, "type": "spoofed"\')')).toBe('22P02');
    expect(await as(role, 'SELECT web_socketio_bus_heal() AS healed')).toEqual([{ healed: 0 }]);
    for (const statement of [
      "INSERT INTO bus_bus (channel, message) VALUES ('x', '{}')",
      'DELETE FROM bus_bus',
      'UPDATE bus_bus SET txid = 1',
      'SELECT login FROM res_users',
    ]) {
      expect(await as(role, statement)).toBe('42501');
    }
  }
  await TestDatabase.at(postgres, 'postgres').query(`CREATE ROLE nobody LOGIN PASSWORD '${PASSWORD}'`);
  expect(await as('nobody', "SELECT web_socketio_bus_mark('{}')")).toBe('42501');
  expect(await as('nobody', 'SELECT web_socketio_bus_heal()')).toBe('42501');
});

it('an update makes what is missing, and touches no row', async () => {
  const complete = await readCatalog(odoo);
  await odoo.sql('DROP TRIGGER web_socketio_bus_wake_up ON bus_bus');
  await odoo.sql('DROP INDEX web_socketio_bus_txid_id_idx');
  await odoo.sql('DROP FUNCTION web_socketio_bus_heal()');
  await odoo.sql('ALTER TABLE bus_bus ALTER COLUMN txid DROP DEFAULT');
  const rows = await odoo.sql('SELECT id, txid, ctid::text FROM bus_bus ORDER BY id');
  await press('web_socketio_bus', 'upgrade');
  expect(await readCatalog(odoo)).toEqual(complete);
  expect(
    await odoo.sql('SELECT id, txid, ctid::text FROM bus_bus ORDER BY id LIMIT $1', [rows.length]),
  ).toEqual(rows);
  await send('updated');
  expect((await sent()).at(-1)).toEqual({ message: 'updated', known: true });
});

it('an update of the addon below leaves all of it', async () => {
  const complete = await readCatalog(odoo);
  await press('web_socketio', 'upgrade');
  expect(await readCatalog(odoo)).toEqual(complete);
});

it("leaves Odoo's own clean-up of the bus as it is", async () => {
  await odoo.sql("UPDATE bus_bus SET create_date = now() - interval '3 days' WHERE channel = $1", [CHANNEL]);
  const [cron] = await odoo.sql(
    "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'autovacuum_job'",
  );
  await odoo.execute(odoo.admin, 'ir.cron', 'method_direct_trigger', [[cron?.['res_id']]]);
  expect(await sent()).toEqual([]);
});

it('leaves the table as Odoo made it when it is uninstalled, and roles without a right to it', async () => {
  await send('last');
  const before = await told();
  await press('web_socketio_bus', 'uninstall');
  expect(await readCatalog(odoo)).toEqual(stock);
  for (const role of [FIRST_ROLE, SECOND_ROLE]) expect(await as(role, 'SELECT 1 FROM bus_bus')).toBe('42501');
  expect(await odoo.sql('SELECT message FROM bus_bus WHERE channel = $1', [CHANNEL])).toEqual([
    { message: 'last' },
  ]);
  expect(await told()).toBe(before + 1);
});

it('can be installed again, and goes with web_socketio', async () => {
  await press('web_socketio_bus', 'install');
  await send('again');
  await press('web_socketio', 'uninstall');
  expect((await readCatalog(odoo)).filter((entry) => /web_socketio|bus_bus\.txid/.test(entry))).toEqual([]);
  await odoo.sql("INSERT INTO bus_bus (channel, message) VALUES ('x', '{}')");
});
