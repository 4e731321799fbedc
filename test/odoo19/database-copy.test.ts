import { beforeAll, describe, expect, it } from 'vitest';
import { callByToken, checkTokens, refused } from '../contract/openerp-server.ts';
import { type Odoo, startOdoo } from '../support/odoo/odoo.ts';
import { postJson } from '../support/odoo/odoo-rpc.ts';
import { OdooSession, type OdooUser } from '../support/odoo/odoo-session.ts';
import { type PostgresServer, startPostgres } from '../support/postgres/postgres.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';

let postgres: PostgresServer;
let odoo: Odoo;
let user: OdooUser;
let session: OdooSession;
let token: string;
let handle: string;

beforeAll(async () => {
  postgres = await startPostgres(15);
  // One Odoo, and all databases of the server.
  const more = { dbfilter: '.*', list_db: 'True' };
  odoo = await startOdoo({ postgres, modules: ['web_socketio_test'], more });
  user = await odoo.createUser('anna');
  session = await odoo.logIn(user);
  ({ token, handle } = await session.token());
  await odoo.sql(`INSERT INTO web_socketio_message (channel) VALUES ('waiting')`);
  await odoo.execute(odoo.admin, 'ir.config_parameter', 'set_param', [
    'web_socketio.url',
    'https://io.example.com',
  ]);
  return async () => {
    await odoo.stop();
    await postgres.stop();
  };
});
showLogOfFailures('Odoo 19', () => odoo.server);

/** Makes a copy, as Odoo's database manager does. */
async function duplicate(neutralize: boolean): Promise<TestDatabase> {
  const name = `${odoo.database}_${neutralize ? 'neutral' : 'copy'}`;
  const params = {
    service: 'db',
    method: 'duplicate_database',
    args: ['admin', odoo.database, name, neutralize],
  };
  await postJson(new URL('/jsonrpc', odoo.url), params);
  return TestDatabase.at(postgres, name);
}

async function expectClosed(copy: TestDatabase): Promise<void> {
  const server = { url: odoo.url, database: copy.name };
  const there = {
    ...odoo,
    ...server,
    createUser: odoo.createUser,
    logIn: odoo.logIn,
    sql: odoo.sql,
    admin: user,
  };
  await expect(callByToken(there, token, 'res.users', 'context_get')).rejects.toMatchObject(
    refused('unknown'),
  );
  expect(await checkTokens(there, [token])).toEqual(['unknown']);
  const args = [copy.name, user.uid, token, 'res.users', 'context_get', []];
  const byPassword = postJson(new URL('/jsonrpc', odoo.url), {
    service: 'object',
    method: 'execute_kw',
    args,
  });
  await expect(byPassword).rejects.toMatchObject({ fault: 'odoo.exceptions.AccessDenied' });
}

describe('A token', () => {
  it('of a database opens nothing in the copy that Odoo makes of it, and goes on in the original', async () => {
    const copy = await duplicate(false);
    await expectClosed(copy);
    expect(await callByToken(odoo, token, 'res.users', 'context_get')).toMatchObject({ uid: user.uid });
    // After its log-out in the original neither: the copy did not hear of it.
    const { token: left } = await session.token();
    const rows = await copy.query('SELECT 1 FROM web_socketio_session WHERE ended IS NULL');
    expect(rows).toHaveLength(1);
    expect(await checkTokens(odoo, [left])).toEqual(['live']);
    const here = new OdooSession(odoo.url);
    await here.logIn(copy.name, user);
    // Its own tokens open the copy.
    const { token: own, db } = await here.token();
    expect(db).toBe(copy.name);
    expect((await here.renew({ handle })).token).toMatch(/^wsio_/);
    expect(own).not.toBe(token);
  });

  it('of a database opens nothing in a copy of it that PostgreSQL makes', async () => {
    const copy = TestDatabase.at(postgres, `${odoo.database}_template`);
    const manager = TestDatabase.at(postgres, 'postgres');
    await manager.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${odoo.database}'`,
    );
    await manager.query(`CREATE DATABASE ${copy.name} TEMPLATE ${odoo.database}`);
    await expectClosed(copy);
  });
});

it('A neutralized copy has neither tokens nor messages that wait, nor the address of the sidecar', async () => {
  const copy = await duplicate(true);
  expect(await copy.query('SELECT 1 FROM web_socketio_session')).toEqual([]);
  expect(await copy.query('SELECT 1 FROM web_socketio_message')).toEqual([]);
  const parameter = `SELECT value FROM ir_config_parameter WHERE key = 'web_socketio.url'`;
  expect(await copy.query(parameter)).toEqual([]);
  expect(await odoo.sql(parameter)).toEqual([{ value: 'https://io.example.com' }]);
});
