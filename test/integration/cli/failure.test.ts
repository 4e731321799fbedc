import { expect, it, onTestFinished } from 'vitest';
import { SCHEMA, SCHEMA_DROP } from '../../support/postgres/catalog/database-schema.ts';
import { createDatabase, startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace { on_ping() { return 'pong'; } });
`;
const modules = { web_socketio_demo: MODULE };

it('says that a database is missing, and serves it once it is there', async () => {
  const database = await TestDatabase.create();
  const name = `${database.name}_later`;
  const sidecar = await TestSidecar.start(database, modules, { databases: [name] });
  await expect
    .poll(() => sidecar.log)
    .toContain(`ERROR ${name} web_socketio: database_missing: The database '${name}' does not exist.`);
  await createDatabase(database.server, name);
  await expect.poll(() => sidecar.log).toContain(`module_missing: '${name}' is not a database of Odoo`);
});

it('says that the module is not installed, and serves the other databases meanwhile', async () => {
  const [good, bad] = [await TestDatabase.create(), await TestDatabase.create()];
  await bad.query(`UPDATE ir_module_module SET state = 'uninstalled' WHERE name = 'web_socketio'`);
  const sidecar = await TestSidecar.start(good, modules, { databases: [good.name, bad.name] });
  await expect
    .poll(() => sidecar.log)
    .toContain(
      `module_missing: The module web_socketio is not installed in '${bad.name}'. Put the folder of the addon into addons_path and install it: odoo -d ${bad.name} -i web_socketio, or -i web_socketio_bus for Odoo's own bus, which brings it along; in OpenERP 7.0 and Odoo 8.0: openerp-server -d ${bad.name} -u base -i web_socketio.`,
    );
  const socket = await sidecar.connect('/mine', good.name, await good.addToken());
  expect(await socket.emitWithAck('ping')).toBe('pong');
  await bad.query(`UPDATE ir_module_module SET state = 'installed' WHERE name = 'web_socketio'`);
  await sidecar.connect('/mine', bad.name, await bad.addToken());
});

it('sends its pages away when the module is uninstalled while it runs, and goes on when it is installed again', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  const end = nextEvent(socket, 'web_socketio.end');
  await database.query(SCHEMA_DROP);
  expect(await end).toMatchObject([{ code: 'database_unavailable', retry: true }]);
  await expect.poll(() => sidecar.log).toContain('module_missing');
  await database.query(SCHEMA);
  const back = await sidecar.connect('/mine', database.name, await database.addToken());
  expect(await back.emitWithAck('ping')).toBe('pong');
});

it('starts before PostgreSQL does, says so without the password, and keeps trying', async () => {
  const server = await startPostgres(15);
  onTestFinished(() => server.stop());
  const database = await TestDatabase.create(server);
  await server.stop();
  const sidecar = await TestSidecar.start(database, modules);
  await expect.poll(() => sidecar.log).toContain('postgres_unreachable');
  expect(sidecar.log).toContain('and so on until it works');
  await expect
    .poll(() => sidecar.log)
    .toContain('odoo_unreachable: Odoo cannot be reached at http://127.0.0.1:1');
  expect(sidecar.log).not.toContain(server.password);
});

it('says that PostgreSQL refuses the log-in', async () => {
  const database = await TestDatabase.create();
  const { host, port, user } = database.server;
  const postgres = { host, port, user, password: 'wrong-password' };
  const sidecar = await TestSidecar.start(database, modules, { postgres });
  await expect.poll(() => sidecar.log).toContain('database_login');
  expect(sidecar.log).not.toContain('wrong-password');
});

it('says that its port is taken', async () => {
  const database = await TestDatabase.create();
  const first = await TestSidecar.start(database, modules);
  const port = Number(new URL(first.url).port);
  await expect(TestSidecar.start(database, modules, { port })).rejects.toMatchObject({
    code: 'port_unusable',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

it('answers under both of its paths, and 404 elsewhere', async () => {
  const database = await TestDatabase.create();
  const { url } = await TestSidecar.start(database, modules);
  const status = async (path: string) => (await fetch(url + path)).status;
  expect(await status('/socket.io/?EIO=4&transport=polling')).toBe(200);
  expect(await status('/socketio/?EIO=4&transport=polling')).toBe(200);
  expect(await status('/')).toBe(404);
  expect(await status('/web/login')).toBe(404);
});
