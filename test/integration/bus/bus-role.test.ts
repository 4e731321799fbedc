import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, inject, it, onTestFinished } from 'vitest';
import { addBus, removeBus, sendNotification } from '../../support/bus/bus-database.ts';
import { serving } from '../../support/bus/bus-stage.ts';
import { startBusStandIn } from '../../support/bus/bus-stand-in.ts';
import { BusWebSocket } from '../../support/bus/bus-web-socket.ts';
import { runPsqlScript } from '../../support/postgres/psql/psql-script.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const SCRIPT = new URL('../../../addon/web_socketio/data/sidecar_role.sql', import.meta.url);

/** A sidecar with a role of its own, made before or after the bus was made readable. */
async function start(isFirst: boolean) {
  const odoo = await startBusStandIn();
  const server = inject('postgres');
  const database = TestDatabase.at(server, odoo.database);
  const user = `sidecar_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(8).toString('hex');
  if (!isFirst) await addBus(database);
  const owner = await database.connect();
  await runPsqlScript(owner, await readFile(SCRIPT, 'utf8'), { role: user });
  await owner.query(`ALTER ROLE ${user} PASSWORD '${password}'`);
  onTestFinished(async () => {
    await database.query(`DROP OWNED BY ${user}`);
    await database.query(`DROP ROLE ${user}`);
  });
  if (isFirst) await addBus(database);
  const { host, port } = server;
  const postgres = { host, port, user, password };
  const sidecar = await TestSidecar.start(database, {}, { odooUrl: odoo.url, postgres });
  return { database, owner, user, sidecar };
}

it.each([
  { when: 'before', isFirst: true },
  { when: 'after', isFirst: false },
])(
  'reads the bus with a role of its own that was made $when web_socketio_bus was installed',
  async ({ isFirst }) => {
    const { database, owner, user, sidecar } = await start(isFirst);
    await serving(sidecar);
    const socket = await BusWebSocket.open(sidecar.url);
    socket.subscribe(['mine']);
    // Another transaction is open, so that a mark has to be written.
    const open = await database.connect();
    await open.query('BEGIN');
    await open.query('SELECT txid_current()');
    const id = await sendNotification(owner, JSON.stringify([database.name, 'mine']), 1);
    expect(await socket.until(1)).toEqual([1]);
    await expect.poll(() => socket.last).toBeGreaterThan(id);
    await removeBus(database);
    const rights = await database.query(
      `SELECT FROM pg_class, aclexplode(relacl) AS acl WHERE relname = 'bus_bus' AND acl.grantee = $1::regrole`,
      [user],
    );
    expect(rights).toEqual([]);
  },
);

it('says which rights a role lacks, serves messages meanwhile, and the bus as soon as it has them', async () => {
  const { database, owner, user, sidecar } = await start(false);
  await serving(sidecar);
  await owner.query(`REVOKE SELECT ON bus_bus FROM ${user}`);
  const socket = await BusWebSocket.open(sidecar.url);
  socket.subscribe(['mine']);
  await sendNotification(owner, JSON.stringify([database.name, 'mine']), 1);
  await expect.poll(() => sidecar.log).toMatch(/database_forbidden: .*bus_bus/);
  expect((await fetch(`${sidecar.url}/readyz`)).status).toBe(200);
  await owner.query(`GRANT SELECT ON bus_bus TO ${user}`);
  expect(await socket.until(1)).toEqual([1]);
  await expect.poll(() => sidecar.log).toContain("Odoo's bus is read again");
});
