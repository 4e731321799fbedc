import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { callByToken } from '../contract/openerp-server.ts';
import { sendNotification } from '../support/browser/demonstration-page.ts';
import { WebClient } from '../support/browser/web-client.ts';
import { OdooSession } from '../support/odoo/odoo-session.ts';
import {
  cookieOf,
  drawn,
  markDocument,
  stays,
  unlock,
  whenConnected,
  whenLocked,
} from './support/browser-tab.ts';
import { createEmployee } from './support/oca-odoo.ts';
import { useOcaStack } from './support/oca-stack.ts';
import { sessionFile } from './support/odoo-person.ts';
import { createGroup } from './support/odoo-settings.ts';
import { logIn, Script } from './support/script.ts';

/** Until a session that nobody ended is looked at again, on a busy machine. */
const NOTICED_MS = 100_000;

// Odoo's own auth_timeout: a session that is locked is over for nobody, and answers nobody.
const stack = useOcaStack({
  // With it, a page of before renewed while it was locked.
  'web_socketio.token_lifetime': '120',
});

it('suspends a locked page: nothing is shown or called, and all of it comes in order when the same document is unlocked', async () => {
  const { odoo, chromium, nginx } = stack();
  const [lotte, kai] = [await createEmployee(odoo, 'lotte'), await createEmployee(odoo, 'kai')];
  const browser = await WebClient.logIn(chromium, nginx.url, lotte);
  const tab = await browser.openTab();
  const session = new OdooSession(nginx.url);
  session.sessionId = await cookieOf(browser);
  const { token } = await session.token();
  const script = await Script.open(stack(), { token });
  const witness = await Script.open(stack(), await (await logIn(stack(), kai)).token());
  // Minutes: the least that Odoo knows. Not before: on a busy machine, the second tab was opened after the lock of the first.
  await createGroup(odoo, { lock_timeout_inactivity: 1 }, [lotte]);
  const reload = async (one: WebClient) => {
    await one.page.reload();
    await markDocument(one);
    await whenConnected(one);
  };
  await Promise.all([browser, tab].map(reload));
  for (const one of [browser, tab]) await whenLocked(one);
  const start = performance.now();
  const areAway = async () => !(await browser.isConnected()) && !(await tab.isConnected());
  await expect
    .poll(areAway, { timeout: NOTICED_MS, interval: 200 })
    .toBe(true)
    .catch(() => undefined);
  process.stdout.write(
    `Away: ${await areAway()}, ${Math.round(performance.now() - start)} ms after the dialog\n`,
  );

  for (const subject of ['one', 'two', 'three']) await sendNotification(odoo, lotte, subject);
  await sendNotification(odoo, kai, 'after them');
  await expect.poll(() => witness.shown).toEqual(['after them']);
  const whileLocked = {
    drawn: [await drawn(browser), await drawn(tab), script.shown],
    call: await callByToken(odoo, token, 'res.users', 'search_count', { args: [[]] }).then(
      (answer) => `answered ${answer}`,
      () => 'refused',
    ),
    'new socket': await Script.try(stack(), { token }),
  };

  await unlock(browser, lotte);
  const unlocked = performance.now();
  const all = async () => (await Promise.all([browser, tab].map(drawn))).every(({ length }) => length === 3);
  await expect
    .poll(all, { interval: 100 })
    .toBe(true)
    .catch(() => undefined);
  process.stdout.write(
    `All there: ${await all()}, ${Math.round(performance.now() - unlocked)} ms after unlocking\n`,
  );
  expect({
    whileLocked,
    afterwards: [await drawn(browser), await drawn(tab)],
    stays: [await stays(browser), await stays(tab)],
  }).toEqual({
    whileLocked: { drawn: [[], [], []], call: 'refused', 'new socket': 'session_locked' },
    afterwards: Array(2).fill(['one', 'two', 'three'].map((subject) => expect.stringContaining(subject))),
    stays: [true, true],
  });
  expect(await callByToken(odoo, token, 'res.users', 'search_count', { args: [[]] })).toBeGreaterThan(0);
});

it('brings a page back that was locked for longer than its token lives, though nobody touches it', async () => {
  const { odoo, chromium, nginx } = stack();
  const lina = await createEmployee(odoo, 'lina');
  // Longer than the test, so that its browser itself locks nothing.
  await createGroup(odoo, { lock_timeout_inactivity: 60 }, [lina]);
  const browser = await WebClient.logIn(chromium, nginx.url, lina);
  await markDocument(browser);
  const session = new OdooSession(nginx.url);
  session.sessionId = await cookieOf(browser);
  // Again and again, since a request of the page that is under way writes the session as it was.
  const isConnected = async () => {
    await lock(session);
    return await browser.isConnected();
  };
  await expect.poll(isConnected, { timeout: NOTICED_MS, interval: 1_000 }).toBe(false);
  await odoo.sql("UPDATE web_socketio_session SET expires = now() - interval '1 minute' WHERE uid = $1", [
    lina.uid,
  ]);
  await sendNotification(odoo, lina, 'meanwhile');
  // Unlocked by nothing that this document hears of.
  await session.post('/auth-timeout/session/check-identity', { type: 'password', password: lina.password });
  const unlocked = performance.now();
  await expect
    .poll(() => drawn(browser), { timeout: 120_000 })
    .toEqual([expect.stringContaining('meanwhile')]);
  process.stdout.write(`Back ${Math.round(performance.now() - unlocked)} ms after unlocking\n`);
  expect(await stays(browser)).toBe(true);
});

it('sends a script away while its session is locked, and lets it in again afterwards', async () => {
  const { odoo } = stack();
  const lars = await createEmployee(odoo, 'lars');
  await createGroup(odoo, { lock_timeout_inactivity: 1 }, [lars]);
  const session = await logIn(stack(), lars);
  const { sessionId } = session;
  const scripts = [
    await Script.open(stack(), { session_id: sessionId }),
    await Script.open(stack(), await session.token()),
  ];
  await lock(session);
  await Promise.all(scripts.map((script) => script.whenEnded(NOTICED_MS)));
  const locked = { code: 'session_locked', retry: true };
  expect(scripts.map(({ end }) => end)).toEqual([
    expect.objectContaining(locked),
    expect.objectContaining(locked),
  ]);
  expect(await Script.try(stack(), { session_id: sessionId })).toBe('session_locked');
  await session.post('/auth-timeout/session/check-identity', { type: 'password', password: lars.password });
  expect(await Script.try(stack(), { session_id: sessionId })).toBe('let in');
});

/** Writes what Odoo writes when a browser tells that nobody was there for a minute. */
async function lock({ sessionId }: OdooSession): Promise<void> {
  const file = sessionFile(stack().odoo, sessionId);
  const stored: object = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...stored, 'identity-check-next': Date.now() / 1000 - 1 }));
}
