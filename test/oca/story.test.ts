import { expect, it, onTestFinished } from 'vitest';
import { sendNotification } from '../support/browser/demonstration-page.ts';
import { WebClient } from '../support/browser/web-client.ts';
import { OdooSession, type OdooUser } from '../support/odoo/odoo-session.ts';
import { startStackAround } from '../support/odoo/odoo-stack.ts';
import { series } from '../support/series/series.ts';
import {
  cookieOf,
  impersonate,
  markDocument,
  pressInUserMenu,
  stays,
  unlock,
  whenConnected,
  whenLocked,
} from './support/browser-tab.ts';
import { createEmployee, setParameter, startOcaOdoo } from './support/oca-odoo.ts';
import { deviceOf, press } from './support/odoo-person.ts';
import { createGroup } from './support/odoo-settings.ts';
import { logIn, Script } from './support/script.ts';
import { SentryServer } from './support/sentry-server.ts';

const ADDONS = [
  'auth_session_timeout',
  'auth_timeout',
  'impersonate_login',
  'mail',
  'password_security',
  'sentry',
];
const AT_ONCE_MS = 20_000;
/** Until a session that nobody ended is looked at again, on a busy machine. */
const NOTICED_MS = 100_000;
const IDLE_S = 60;

it('plays a day in two browsers, with everything that may happen to their sessions', {
  timeout: 600_000,
}, async () => {
  const sentry = await SentryServer.start();
  const stack = await startStackAround(() =>
    startOcaOdoo({
      more: { server_wide_modules: 'base,rpc,web,sentry' },
      sections: { sentry: { sentry_enabled: 'true', sentry_dsn: sentry.dsn } },
    }),
  );
  onTestFinished(() => stack.stop());
  const { odoo, chromium, nginx } = stack;
  const start = performance.now();
  const say = (what: string) =>
    process.stdout.write(`${Math.round((performance.now() - start) / 1000)} s: ${what}\n`);
  const send = async (subject: string, ...tabs: readonly Tab[]) => {
    for (const { user } of tabs) await sendNotification(odoo, user, subject);
    for (const { client } of tabs) await client.whenDrawn(subject);
  };

  const installed = await odoo.sql(
    "SELECT name FROM ir_module_module WHERE state = 'installed' AND name = ANY($1) ORDER BY name",
    [ADDONS],
  );
  expect(installed.map(({ name }) => name)).toEqual(ADDONS);

  const vera = await createEmployee(odoo, 'vera');
  const hers = { user: vera, client: await WebClient.logIn(chromium, nginx.url, vera) };
  const admin = { user: odoo.admin, client: await WebClient.logIn(chromium, nginx.url, odoo.admin) };
  const second = { user: odoo.admin, client: await admin.client.openTab() };
  for (const { client } of [hers, admin, second]) await markDocument(client);
  await send('Delivered', hers, admin, second);
  say('both are logged in, and get what is sent');

  // Not before: on a busy machine, hers was locked while the others still logged in.
  await createGroup(odoo, { lock_timeout_inactivity: 1 }, [vera]);
  await hers.client.page.reload();
  await markDocument(hers.client);
  await whenLocked(hers.client);
  await expect.poll(() => hers.client.isConnected(), { timeout: NOTICED_MS }).toBe(false);
  await sendNotification(odoo, vera, 'While locked');
  await send('Not locked', admin, second);
  await unlock(hers.client, vera);
  await hers.client.whenDrawn('While locked');
  expect(await stays(hers.client)).toBe(true);
  say('one was locked, and has got what came meanwhile');

  const lost = await logIn(stack, vera);
  const program = await Script.open(stack, await lost.token());
  const session = new OdooSession(nginx.url);
  session.sessionId = await cookieOf(hers.client);
  await press(session, vera, 'res.device', 'revoke', [await deviceOf(odoo, lost.sessionId)]);
  await program.whenEnded(AT_ONCE_MS);
  say('a device was revoked');

  await impersonate(admin.client, 'vera');
  await markDocument(admin.client);
  const impersonation = new OdooSession(nginx.url);
  impersonation.sessionId = await cookieOf(admin.client);
  const { token } = await impersonation.token();
  const borrowed = await Script.open(stack, { token });
  await send('As Vera', { user: vera, client: admin.client });
  await expect.poll(() => second.client.isConnected(), { timeout: NOTICED_MS }).toBe(false);
  await pressInUserMenu(admin.client, 'impersonate_back');
  await borrowed.whenEnded(AT_ONCE_MS);
  await whenConnected(admin.client);
  await markDocument(admin.client);
  await expect.poll(() => second.client.isConnected()).toBe(true);
  await send('Back', admin, second);
  expect(await stays(second.client)).toBe(true);
  say('one was the other for a while, and is back');

  await setParameter(odoo, 'inactive_session_time_out_delay', `${IDLE_S}`);
  const areOver = async () =>
    (await Promise.all([admin, second].map(({ client }) => client.isConnected()))).join();
  await expect.poll(areOver, { timeout: IDLE_S * 1000 + NOTICED_MS }).toBe('false,false');
  say('nobody was there for a minute, and it was over');

  const again = await WebClient.logIn(chromium, nginx.url, vera);
  const last = new OdooSession(nginx.url);
  last.sessionId = await cookieOf(again);
  const left = await Script.open(stack, await last.token());
  await series.webClient.logOut(again.page);
  await left.whenEnded(AT_ONCE_MS);
  say('one logged out');

  const errors = [hers, admin, second]
    .flatMap(({ client }) => client.errors)
    .filter((error) => !series.webClient.knownErrors.test(error));
  expect(errors).toEqual([]);
  expect(
    odoo.server.log.split(/\n(?=\d{4}-)/).filter((one) => /Traceback[\s\S]*web_socketio/.test(one)),
  ).toEqual([]);
  expect(stack.sidecar.log).not.toMatch(/ (ERROR|CRITICAL) /);
  expect(sentry.text).not.toContain(token);
});

/** A user's document. */
interface Tab {
  readonly user: OdooUser;
  readonly client: WebClient;
}
