import { expect, it } from 'vitest';
import { z } from 'zod';
import { callByToken } from '../contract/openerp-server.ts';
import { sendNotification } from '../support/browser/demonstration-page.ts';
import { WebClient } from '../support/browser/web-client.ts';
import { OdooSession } from '../support/odoo/odoo-session.ts';
import {
  cookieOf,
  drawn,
  impersonate,
  markDocument,
  pressInUserMenu,
  stays,
  whenConnected,
} from './support/browser-tab.ts';
import { createEmployee } from './support/oca-odoo.ts';
import { useOcaStack } from './support/oca-stack.ts';
import { deviceOf, press } from './support/odoo-person.ts';
import { createGroup } from './support/odoo-settings.ts';
import { logIn, Script } from './support/script.ts';

const AT_ONCE_MS = 20_000;

// OCA's impersonate_login: another user in the same session, who is not the one who acts.
const stack = useOcaStack({
  // The shortest: with it, a page of before asked within the test who it is.
  'web_socketio.token_lifetime': '60',
});

it('keeps apart who acts and as whom, ends the impersonation with all that it had, and brings the original user back', async () => {
  const { odoo, chromium, nginx } = stack();
  const imke = await createEmployee(odoo, 'imke');
  await createGroup(odoo, { implied_ids: [[4, await groupOfPartners()]] }, [imke]);
  const tab = await WebClient.logIn(chromium, nginx.url, odoo.admin);
  const otherTab = await tab.openTab();
  await markDocument(otherTab);

  await impersonate(tab, 'imke');
  // (a) Whatever the addon notes for what its own pages write.
  const byPage = await authorOf(await createByPage(tab));
  const session = new OdooSession(nginx.url);
  session.sessionId = await cookieOf(tab);
  const { token, uid } = await session.token();
  const script = await Script.open(stack(), { token });
  const byHandler = await authorOf(await script.call('res.partner', 'create', [{ name: 'By a handler' }]));
  const byCall = await authorOf(
    await callByToken(odoo, token, 'res.partner', 'create', { args: [{ name: 'By a call' }] }),
  );

  // (c) The tab of the original user: its session has another user now.
  const left = performance.now();
  const isAway = async () => !(await otherTab.isConnected());
  await expect
    .poll(isAway, { timeout: 100_000, interval: 200 })
    .toBe(true)
    .catch(() => undefined);
  process.stdout.write(
    `The other tab is away: ${await isAway()}, after ${Math.round(performance.now() - left)} ms\n`,
  );
  await markDocument(tab);
  await sendNotification(odoo, imke, 'For Imke');
  await tab.whenDrawn('For Imke');

  // (b) Back.
  await pressInUserMenu(tab, 'impersonate_back');
  const ended = await script.whenEnded(AT_ONCE_MS).catch(() => undefined);
  process.stdout.write(`The impersonation's socket: ended after ${ended} ms\n`);
  const told = (answer: Promise<unknown>) => answer.then((value) => `answered ${value}`, String);
  const afterwards = {
    socket: script.connected,
    'new socket': await Script.try(stack(), { token }),
    call: await told(callByToken(odoo, token, 'res.users', 'search_count', { args: [[]] })),
    RPC: await told(odoo.execute({ uid: imke.uid, password: token }, 'res.users', 'search_count', [[]])),
  };
  await whenConnected(tab);
  const back = performance.now();
  await expect
    .poll(() => otherTab.isConnected(), { interval: 100 })
    .toBe(true)
    .catch(() => undefined);
  const isBack = await otherTab.isConnected();
  process.stdout.write(
    `The other tab is back: ${isBack}, after ${Math.round(performance.now() - back)} ms\n`,
  );
  if (isBack) {
    await sendNotification(odoo, odoo.admin, 'For the administrator');
    await otherTab.whenDrawn('For the administrator');
  }
  expect({
    uid,
    byPage,
    byHandler,
    byCall,
    afterwards,
    isBack,
    stays: await stays(otherTab),
    drawn: await drawn(otherTab),
  }).toEqual({
    uid: imke.uid,
    byPage: odoo.admin.uid,
    byHandler: odoo.admin.uid,
    byCall: odoo.admin.uid,
    afterwards: {
      socket: false,
      'new socket': 'token_unknown',
      call: expect.not.stringContaining('answered'),
      RPC: expect.stringContaining('AccessDenied'),
    },
    isBack: true,
    stays: true,
    drawn: [expect.stringContaining('For the administrator')],
  });
});

it('ends an impersonation with the device of the one who acts, and takes no password for it', async () => {
  const { odoo } = stack();
  const igor = await createEmployee(odoo, 'igor');
  const [acting, other] = [await logIn(stack(), odoo.admin), await logIn(stack(), odoo.admin)];
  const before = (await acting.token()).token;
  const original = await Script.open(stack(), { token: before });
  await acting.call('res.users', 'impersonate_login', [[igor.uid]]);
  await original.whenEnded(AT_ONCE_MS);
  const { token, uid } = await acting.token();
  const script = await Script.open(stack(), { token });
  // No addon can see there for whom somebody acts.
  const password = { uid: igor.uid, password: token };
  await expect(odoo.execute(password, 'res.users', 'search_count', [[]])).rejects.toThrow();
  await press(other, odoo.admin, 'res.device', 'revoke', [await deviceOf(odoo, acting.sessionId)]);
  await script.whenEnded(AT_ONCE_MS);
  expect({
    uid,
    ended: original.end?.code,
    original: await Script.try(stack(), { token: before }),
    impersonation: await Script.try(stack(), { token }),
    id: await Script.try(stack(), { session_id: acting.sessionId }),
  }).toEqual({
    uid: igor.uid,
    ended: expect.any(String),
    original: 'token_unknown',
    impersonation: expect.stringMatching(/^(session_ended|token_unknown)$/),
    id: 'session_unknown',
  });
});

it('ends an impersonation whose user is archived, within a minute', async () => {
  const { odoo } = stack();
  const ines = await createEmployee(odoo, 'ines');
  const session = await logIn(stack(), odoo.admin);
  await session.call('res.users', 'impersonate_login', [[ines.uid]]);
  const script = await Script.open(stack(), await session.token());
  await odoo.execute(odoo.admin, 'res.users', 'write', [[ines.uid], { active: false }]);
  await script.whenEnded(100_000);
});

/** Creates a partner as the web client's own pages do. */
function createByPage({ page }: WebClient): Promise<unknown> {
  return page.evaluate(async () => {
    const params = { model: 'res.partner', method: 'create', args: [{ name: 'By a page' }], kwargs: {} };
    const response = await fetch('/web/dataset/call_kw', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params }),
    });
    return (await response.json()).result;
  });
}

async function authorOf(id: unknown): Promise<unknown> {
  const [row] = await stack().odoo.sql('SELECT create_uid FROM res_partner WHERE id = $1', [
    z.number().parse(id),
  ]);
  return row?.['create_uid'];
}

async function groupOfPartners(): Promise<unknown> {
  const [row] = await stack().odoo.sql(
    "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_partner_manager'",
  );
  return row?.['res_id'];
}
