import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebClient } from '../support/browser/web-client.ts';
import { OdooFault } from '../support/odoo/odoo-rpc.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import { type OdooStack, startOdooStack } from '../support/odoo/odoo-stack.ts';
import { addQueueMessages, addStatus, addUsers } from '../support/odoo/operator-rows.ts';
import { rpcMethods } from '../support/odoo/rpc-methods.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { series } from '../support/series/series.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../.cache/screenshots', import.meta.url));
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const MENUS = {
  process: 'Sidecars and Workers',
  user: 'Connected Users',
  channel: 'Channels',
  queue_message: 'Queue Messages',
} as const;
type Menu = keyof typeof MENUS;
const SECRET = 'a text that is of other people';

let stack: OdooStack;
let admin: WebClient;
let anna: OdooUser;
let users: number[];

beforeAll(async () => {
  stack = await startOdooStack(['web_socketio_demo']);
  const { odoo, chromium, nginx } = stack;
  anna = await odoo.createUser('anna');
  users = await addUsers(odoo, 300);
  await addStatus(odoo, 'erp-2.example.com:8068', users, 1_000);
  await addQueueMessages(odoo, users, 20, SECRET);
  admin = await WebClient.logIn(chromium, nginx.url, odoo.admin);
  await mkdir(SCREENSHOTS, { recursive: true });
});

afterAll(() => stack?.stop());

showLogOfFailures(series.name, () => stack.odoo.server);
showLogOfFailures('The sidecar', () => stack.sidecar);

const asAdmin = (model: string, method: string, ...args: unknown[]) =>
  stack.odoo.execute(stack.odoo.admin, model, method, args);

async function open(menu: Menu): Promise<void> {
  const { page } = admin;
  await series.webClient.openTechnicalMenu(page, stack.nginx.url, `web_socketio.web_socketio_${menu}_menu`);
  await page.waitForSelector(`.o_control_panel:has-text("${MENUS[menu]}")`);
  await page.waitForSelector(series.webClient.rows);
}

/** The texts of the rows on the screen. */
const rowsOf = async (page: Page) =>
  (await page.locator(series.webClient.rows).allInnerTexts()).map((text) =>
    text.replaceAll(/[\s\u200b]+/g, ' ').trim(),
  );

async function takeScreenshots(page: Page, menu: Menu): Promise<void> {
  await page.screenshot({ path: `${SCREENSHOTS}/operator-${menu}-${series.folder}.png` });
  await page.setViewportSize(PHONE);
  await page.reload();
  await page.waitForSelector('.o_kanban_record');
  await page.screenshot({ path: `${SCREENSHOTS}/operator-${menu}-phone-${series.folder}.png` });
  await page.setViewportSize(DESKTOP);
}

describe('Settings → Technical → Real Time', () => {
  it.each(['process', 'user', 'channel', 'queue_message'] as const)(
    'has a list of what there is, on a desk and on a phone: %s',
    async (menu) => {
      const { page } = admin;
      await page.setViewportSize(DESKTOP);
      await open(menu);
      const rows = (await rowsOf(page)).join('\n');
      if (menu === 'process') expect(rows).toContain('erp-2.example.com:8068 Running');
      if (menu === 'user') expect(rows).toContain('Ben Ahlers 2 4 4 0 45');
      if (menu === 'channel') expect(rows).toMatch(/mail\.outgoing Queue \d+ 26 14/);
      if (menu === 'queue_message') expect(rows).toMatch(/^\d+ mail.outgoing Dead/);
      expect(rows).not.toContain(SECRET);
      await takeScreenshots(page, menu);
    },
  );

  it('shows this sidecar and its pages within seconds', async () => {
    const of = (name: string) => asAdmin('web_socketio.process', 'search_read', [['name', 'like', name]]);
    const port = new URL(stack.sidecarUrl).port;
    await expect.poll(() => of(`:${port}`)).toMatchObject([{ state: 'running', kind: 'sidecar', users: 1 }]);
    const fields = ['user_id', 'pages', 'web_sockets', 'pollings'];
    await expect
      .poll(() => asAdmin('web_socketio.user', 'read', [stack.odoo.admin.uid], fields))
      .toMatchObject([{ pages: 1, web_sockets: 1, pollings: 0 }]);
  });

  it('sends a test message to the page that asks for it, and says how long it took', async () => {
    await series.webClient.openTechnicalMenu(
      admin.page,
      stack.nginx.url,
      'web_longpolling.test_message_menu',
    );
    await admin.page.waitForSelector('.o_notification:has-text("ms after the click")');
    const [text = ''] = (await admin.notifications()).filter((one) => one.includes('The message came'));
    process.stdout.write(`${text}\n`);
    expect(text).toMatch(/The message came, \d+ ms after the click\. Odoo had answered after \d+ ms\./);
  });
});

describe('The operator', () => {
  it('puts a dead letter back, which a consumer then takes, and deletes another one', async () => {
    const { odoo, nginx } = stack;
    const add = async (text: string) => {
      const [row] = await odoo.sql(
        `INSERT INTO web_socketio_message (channel, attempts, dead, "values")
         VALUES ('web_socketio_demo.task', 5, now(), $1) RETURNING id`,
        [JSON.stringify({ text })],
      );
      return Number(row?.['id']);
    };
    const [again, deleted] = [await add('again'), await add('deleted')];
    const { db, token } = await (await odoo.logIn(anna)).token();
    const socket = io(`${nginx.url}/longpolling`, { auth: { db, token }, forceNew: true });
    onTestFinished(() => void socket.disconnect());
    const task = new Promise((resolve) =>
      socket.on('web_socketio_demo.task', (tasks: unknown) => resolve(tasks)),
    );
    socket.emit('web_socketio_demo.work');
    await asAdmin('web_socketio.queue.message', 'action_delete', [deleted]);
    await asAdmin('web_socketio.queue.message', 'action_try_again', [again]);
    expect(await task).toEqual([{ text: 'again' }]);
    const left = await odoo.sql('SELECT id FROM web_socketio_message WHERE id = $1', [deleted]);
    expect(left).toEqual([]);
  });

  it('does the same by the buttons of the list', async () => {
    const { page } = admin;
    await page.setViewportSize(DESKTOP);
    await open('queue_message');
    const dead = () =>
      stack.odoo.sql(
        `SELECT id::int FROM web_socketio_message WHERE channel LIKE '%.%' AND dead IS NOT NULL ORDER BY id`,
      );
    const [first, second, ...others] = await dead();
    await page.click(`${series.webClient.rows} >> nth=0 >> button[name=action_try_again]`);
    await page.waitForSelector('.o_notification:has-text("wait again")');
    await expect.poll(dead).toEqual([second, ...others]);
    await expect
      .poll(async () => (await rowsOf(page))[0])
      .toContain(`${first?.['id']} mail.outgoing Waiting`);
    await page.click(`${series.webClient.rows} >> nth=1 >> ${series.webClient.deleteButton}`);
    await page.click('.modal button.btn-primary');
    await page.waitForSelector('.o_notification:has-text("are deleted")');
    await expect.poll(dead).toEqual(others);
  });

  it('reads a sentence where something has just gone', async () => {
    const { odoo } = stack;
    const said = (method: string, ids: readonly number[], model = 'web_socketio.queue.message') =>
      asAdmin(model, method, ids).then(
        () => 'nothing',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
    const insert = async (columns: string, values: string) => {
      const [row] = await odoo.sql(
        `INSERT INTO web_socketio_message (channel ${columns}) VALUES ('mail.outgoing' ${values}) RETURNING id`,
      );
      return Number(row?.['id']);
    };
    expect(await said('action_try_again', [999_999])).toContain('Message 999999 is gone');
    expect(await said('action_delete', [999_999])).toContain(
      'Message 999999 is gone: it was handled or deleted',
    );
    expect(await asAdmin('web_socketio.queue.message', 'read', [999_999], ['state'])).toEqual([]);
    const waiting = await insert('', '');
    expect(await said('action_try_again', [waiting])).toContain(`Message ${waiting} waits already`);
    await odoo.sql('INSERT INTO web_socketio_sidecar (id) VALUES (md5($1)::uuid)', ['gone']);
    const held = await insert(', lease', `, md5('gone')::uuid`);
    expect(await said('action_try_again', [held])).toContain(`Message ${held} is being handled`);
    expect(await said('action_delete', [held])).toContain(`Message ${held} is being handled`);
    const copy = await odoo.sql(
      `INSERT INTO web_socketio_message (channel) VALUES ('sale.order.changed') RETURNING id::int`,
    );
    expect(await said('action_delete', [Number(copy[0]?.['id'])])).toContain('is gone');
    const [nobody = 0] = users;
    expect(await said('action_disconnect', [nobody], 'web_socketio.user')).toContain(
      'no page is connected any more',
    );
    expect(await said('action_disconnect', [999_999], 'web_socketio.user')).toContain(
      'no page is connected any more',
    );
  });

  it('disconnects a user, whose page comes back with another token, and not when its session is over', async () => {
    const { odoo, chromium, nginx } = stack;
    const berta = await odoo.createUser('berta');
    // Odoo 14 shows a web client only to who has a menu.
    await odoo.sql(
      `INSERT INTO res_groups_users_rel (gid, uid) SELECT res_id, $1 FROM ir_model_data
       WHERE module = 'base' AND name = 'group_erp_manager'`,
      [berta.uid],
    );
    const page = await WebClient.logIn(chromium, nginx.url, berta);
    const tokens = () =>
      odoo.sql(`SELECT encode(token_sha256, 'hex') AS handle FROM web_socketio_session WHERE uid = $1`, [
        berta.uid,
      ]);
    const before = await tokens();
    await asAdmin('web_socketio.user', 'action_disconnect', [berta.uid]);
    await expect.poll(async () => (await tokens()).length).toBe(1);
    expect(await tokens()).not.toEqual(before);
    await page.page.waitForFunction(series.webClient.connected);
    await odoo.sql('UPDATE res_users SET active = false WHERE id = $1', [berta.uid]);
    await expect.poll(() => page.isConnected()).toBe(false);
  });
});

describe('Nobody else', () => {
  const MODELS = [
    ['web_socketio.process', [], 'state'],
    ['web_socketio.user', ['action_disconnect'], 'pages'],
    ['web_socketio.channel', [], 'mode'],
    ['web_socketio.queue.message', ['action_try_again', 'action_delete'], 'state'],
  ] as const;
  const refusal = (model: string, method: string, args: readonly unknown[]) =>
    stack.odoo.execute(anna, model, method, args).then(
      (result) => `answered ${JSON.stringify(result)}`,
      (error: unknown) => (error instanceof OdooFault ? error.fault : String(error)),
    );

  it.each(MODELS)('reads or does anything by RPC: %s', async (model, actions, field) => {
    const methods = [
      ['export_data', [[1], [field]]] as const,
      ...rpcMethods(series.isOwl),
      ...actions.map((name) => [name, [[1]]] as const),
    ];
    const refusals: Record<string, string> = {};
    for (const [method, args] of methods) refusals[method] = await refusal(model, method, args);
    const REFUSED = /^odoo\.exceptions\.(AccessError|AccessDenied|UserError)$/;
    expect(Object.entries(refusals).filter(([, fault]) => !REFUSED.test(fault))).toEqual([]);
  });

  it('sends a test message, loads views, or reaches our tables by another name', async () => {
    expect(await refusal('web_socketio.test.message', 'send_to_me', ['tag'])).toBe(
      'odoo.exceptions.AccessError',
    );
    for (const [model, method] of [
      ['web_socketio.operator', '_load_views'],
      ['web_socketio.operator', '_check_operator'],
      ['web_socketio.queue.message', 'ask'],
      ['web_socketio.test.message', 'committed_notify'],
      ['web_socketio.status', 'search'],
      ['web_socketio.session', 'search'],
    ] as const)
      expect(await refusal(model, method, [[]])).not.toContain('answered');
  });

  it('sees the menu, which is for the group alone', async () => {
    const menus = await stack.odoo.execute(anna, 'ir.ui.menu', 'load_menus', [true]);
    expect(JSON.stringify(menus)).not.toMatch(/Real Time|Queue Messages/);
    const groups = await stack.odoo.sql(
      `SELECT one.module || '.' || one.name AS name FROM ir_model_data AS menu
       JOIN ir_ui_menu_group_rel AS relation ON relation.menu_id = menu.res_id
       JOIN ir_model_data AS one ON one.model = 'res.groups' AND one.res_id = relation.gid
       WHERE menu.module = 'web_socketio' AND menu.name = 'web_socketio_menu'`,
    );
    expect(groups).toEqual([{ name: 'base.group_system' }]);
  });

  it('finds what messages say, a token, a hash or the id of a sidecar in it, not even an operator', async () => {
    const { odoo } = stack;
    const shown = [];
    for (const [model] of MODELS) shown.push(JSON.stringify(await asAdmin(model, 'search_read', [])));
    const text = shown.join('\n');
    expect(text).toContain('mail.outgoing');
    expect(text).not.toContain(SECRET);
    const ids = await odoo.sql(
      `SELECT encode(token_sha256, 'hex') AS id FROM web_socketio_session
       UNION ALL SELECT encode(session_hash, 'hex') FROM web_socketio_session
       UNION ALL SELECT id::text FROM web_socketio_sidecar
       UNION ALL SELECT id::text FROM web_socketio_status`,
    );
    expect(ids.length).toBeGreaterThan(2);
    for (const { id } of ids) expect(text).not.toContain(id);
  });
});

it('leaves no error in the console of the web client', () => {
  expect(admin.errors.filter((error) => !series.webClient.knownErrors.test(error))).toEqual([]);
});
