import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { callByToken } from '../contract/openerp-server.ts';
import { Odoo } from '../support/odoo/odoo.ts';
import { postJson } from '../support/odoo/odoo-rpc.ts';
import { OdooSession, type OdooUser } from '../support/odoo/odoo-session.ts';
import { startOdooSidecar } from '../support/odoo/odoo-sidecar.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { createEmployee, setParameter, startOcaOdoo } from './support/oca-odoo.ts';

// Copies by Odoo's own database manager, which no sidecar has served yet.
let odoo: Odoo;
let user: OdooUser;
let token: string;
const copies: Odoo[] = [];

beforeAll(async () => {
  odoo = await startOcaOdoo({ more: { dbfilter: '.*', list_db: 'True' } });
  user = await createEmployee(odoo, 'dupond');
  const session = new OdooSession(odoo.url);
  // Else OCA's impersonate_login fails: it asks for a database before there is one.
  const choice = await fetch(new URL(`/web/login?db=${odoo.database}`, odoo.url), { redirect: 'manual' });
  session.readCookies(choice.headers);
  await session.logIn(odoo.database, user);
  token = (await session.token()).token;
  await setParameter(odoo, 'web_socketio.url', 'https://erp.example.com');
  await odoo.sql(
    `INSERT INTO web_socketio_message (channel, "values") VALUES ('web_socketio_demo.task', '{}')`,
  );
});

afterAll(async () => {
  for (const one of [...copies, odoo]) await one?.stop();
});

showLogOfFailures('Odoo', () => odoo.server);

it('opens no copy with a token of the original, as long as no sidecar serves it and afterwards', async () => {
  const copy = await duplicate('copy', false);
  const told = (answer: Promise<unknown>) => answer.then((value) => `answered ${value}`, String);
  const look = async (one: Odoo) => ({
    call: await told(callByToken(one, token, 'res.users', 'search_count', { args: [[]] })),
    RPC: await told(one.execute({ uid: user.uid, password: token }, 'res.users', 'search_count', [[]])),
  });
  const before = { original: await look(odoo), copy: await look(copy) };
  await startOdooSidecar(odoo, { databases: [odoo.database, copy.database] });
  const served = { original: await look(odoo), copy: await look(copy) };
  const right = {
    original: { call: expect.stringMatching(/^answered/), RPC: expect.stringMatching(/^answered/) },
    copy: { call: expect.not.stringMatching(/^answered/), RPC: expect.stringContaining('AccessDenied') },
  };
  expect({ before, served }).toEqual({ before: right, served: right });
});

it('leaves nothing in a neutralized copy that could reach a real browser', async () => {
  const copy = await duplicate('neutralized', true);
  const count = async (table: string, where = 'true') =>
    (await copy.sql(`SELECT count(*)::int AS count FROM ${table} WHERE ${where}`))[0]?.['count'];
  expect({
    url: await count('ir_config_parameter', "key = 'web_socketio.url' AND value <> ''"),
    messages: await count('web_socketio_message'),
    tokens: await count('web_socketio_session'),
  }).toEqual({ url: 0, messages: 0, tokens: 0 });
});

/** By Odoo's manager. */
async function duplicate(name: string, neutralize: boolean): Promise<Odoo> {
  const database = `${odoo.database}_${name}`;
  const request = {
    service: 'db',
    method: 'duplicate_database',
    args: ['admin', odoo.database, database, neutralize],
  };
  await postJson(new URL('/jsonrpc', odoo.url), request);
  const { postgres } = inject('installed');
  const copy = new Odoo(odoo.server, odoo.url, database, odoo.configFile, postgres, async () => undefined);
  copies.push(copy);
  return copy;
}
