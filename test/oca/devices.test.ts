import { expect, it } from 'vitest';
import { callByToken } from '../contract/openerp-server.ts';
import { sendNotification } from '../support/browser/demonstration-page.ts';
import { WebClient } from '../support/browser/web-client.ts';
import type { OdooSession, OdooUser } from '../support/odoo/odoo-session.ts';
import { drawn } from './support/browser-tab.ts';
import { createEmployee } from './support/oca-odoo.ts';
import { useOcaStack } from './support/oca-stack.ts';
import { deviceOf, press } from './support/odoo-person.ts';
import { logIn, Script } from './support/script.ts';

// What Odoo's own preferences do: the device is refused at once by Odoo, and so by us.
const stack = useOcaStack();

it("ends the sockets of a device that is revoked in the preferences, with all that its tokens could do, and no other's", async () => {
  const { odoo } = stack();
  const anna = await createEmployee(odoo, 'anna');
  const browser = await WebClient.logIn(stack().chromium, stack().nginx.url, anna);
  await browser.watchNotifications();
  const [lost, kept] = [await logIn(stack(), anna), await logIn(stack(), anna)];
  const { token } = await lost.token();
  const scripts = await open(lost, token);
  const other = await Script.open(stack(), await kept.token());
  await press(kept, anna, 'res.device', 'revoke', [await deviceOf(odoo, lost.sessionId)]);
  const facts = await after(anna, lost, token, scripts);
  await expect.poll(() => other.shown).toEqual(['Secret']);
  await browser.whenDrawn('Secret');
  expect(facts).toEqual(NOTHING);
});

it('ends those of all devices but the one that logs them out, in a browser, too', async () => {
  const { odoo } = stack();
  const ben = await createEmployee(odoo, 'ben');
  const browser = await WebClient.logIn(stack().chromium, stack().nginx.url, ben);
  await browser.watchNotifications();
  const [lost, kept] = [await logIn(stack(), ben), await logIn(stack(), ben)];
  const { token } = await lost.token();
  const scripts = await open(lost, token);
  const other = await Script.open(stack(), await kept.token());
  await press(kept, ben, 'res.users', 'action_revoke_all_devices', [ben.uid]);
  const facts = await after(ben, lost, token, scripts);
  await expect.poll(() => other.shown).toEqual(['Secret']);
  expect({ ...facts, browser: await drawn(browser) }).toEqual({ ...NOTHING, browser: [] });
});

/** What is left of a session that is over. */
const NOTHING = {
  connected: [false, false],
  shown: [[], []],
  'new socket': expect.stringMatching(/^(session_ended|token_unknown)$/),
  'new socket by session id': 'session_unknown',
  'RPC by token': expect.stringContaining('AccessDenied'),
  'call by token': expect.not.stringContaining('answered'),
};

/** A program with a page's token, and one with the session's id. */
async function open(session: OdooSession, token: string): Promise<Script[]> {
  return [
    await Script.open(stack(), { token }),
    await Script.open(stack(), { session_id: session.sessionId }),
  ];
}

/** What a session can still do after it has ended; its programs get the time that an end may take at most. */
async function after(
  user: OdooUser,
  { sessionId }: OdooSession,
  token: string,
  scripts: readonly Script[],
): Promise<object> {
  const { odoo } = stack();
  const start = performance.now();
  const isOver = () => scripts.every(({ connected }) => !connected);
  await expect
    .poll(isOver, { interval: 50 })
    .toBe(true)
    .catch(() => undefined);
  const took = isOver() ? `ended after ${Math.round(performance.now() - start)} ms` : 'not ended';
  process.stdout.write(`${expect.getState().currentTestName}: ${took}\n`);
  await sendNotification(odoo, user, 'Secret');
  const told = (answer: Promise<unknown>) => answer.then((value) => `answered ${value}`, String);
  return {
    'new socket': await Script.try(stack(), { token }),
    'new socket by session id': await Script.try(stack(), { session_id: sessionId }),
    'RPC by token': await told(
      odoo.execute({ uid: user.uid, password: token }, 'res.users', 'search_count', [[]]),
    ),
    'call by token': await told(callByToken(odoo, token, 'res.users', 'search_count', { args: [[]] })),
    connected: scripts.map(({ connected }) => connected),
    shown: scripts.map(({ shown }) => shown),
  };
}
