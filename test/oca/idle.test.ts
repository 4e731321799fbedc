import { utimes } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { EXPIRED_SESSION } from '../contract/openerp-server.ts';
import { WebClient } from '../support/browser/web-client.ts';
import { readRow } from '../support/postgres/session-rows.ts';
import { cookieOf } from './support/browser-tab.ts';
import { createEmployee } from './support/oca-odoo.ts';
import { useOcaStack } from './support/oca-stack.ts';
import { activityOf, lastUse, sessionFile } from './support/odoo-person.ts';
import { logIn, Script } from './support/script.ts';

const LIMIT_S = 60;
const QUIET_S = 8;

// OCA's auth_session_timeout: the date of a session's file says when a person was active last.
const stack = useOcaStack({
  inactive_session_time_out_delay: `${LIMIT_S}`,
  // The shortest: with it, a sidecar of before renewed within the limit.
  'web_socketio.token_lifetime': '60',
});

it('lets an idle session reach its limit, though its pages and scripts stay connected: nothing of ours is activity', async () => {
  const { odoo, chromium, nginx } = stack();
  const [ida, otto] = [await createEmployee(odoo, 'ida'), await createEmployee(odoo, 'otto')];
  const browser = await WebClient.logIn(chromium, nginx.url, ida);
  const session = await logIn(stack(), otto);
  const script = await Script.open(stack(), { session_id: session.sessionId });
  const ids = [await cookieOf(browser), session.sessionId];
  const traces = () =>
    Promise.all(ids.map(async (id) => [await lastUse(odoo, id), await activityOf(odoo, id)]));
  // What the web client asks for by itself is over when nothing came for long: Odoo repeats some of it after seconds.
  let before = await traces();
  let changed = performance.now();
  const isQuiet = async () => {
    const last = before;
    before = await traces();
    if (!isDeepStrictEqual(before, last)) changed = performance.now();
    return performance.now() - changed > QUIET_S * 1000;
  };
  await expect.poll(isQuiet, { interval: 1_000 }).toBe(true);
  const [browserUse = 0, scriptUse = 0] = await Promise.all(ids.map((id) => lastUse(odoo, id)));
  /** How many seconds after its last use each of them was ended. */
  const ends = new Map<string, number>();
  const since = (use: number) => Math.ceil((Date.now() - use) / 1000);
  const look = async () => {
    if (!(await browser.isConnected()) && !ends.has('browser')) ends.set('browser', since(browserUse));
    if (!script.connected && !ends.has('script')) ends.set('script', since(scriptUse));
    return ends.size;
  };
  await expect
    .poll(look, { timeout: (LIMIT_S + 100) * 1000, interval: 500 })
    .toBe(2)
    .catch(() => undefined);
  process.stdout.write(`Ended, of ${LIMIT_S} s: ${JSON.stringify([...ends])}\n`);
  expect(await traces()).toEqual(before);
  expect([...ends.keys()].sort()).toEqual(['browser', 'script']);
  expect(Math.min(...ends.values())).toBeGreaterThanOrEqual(LIMIT_S);
  // The addon still answers the request that finds the session too old, and refuses the next one.
  await session.call('res.users', 'search_count', [[]]).catch(() => undefined);
  await expect(session.call('res.users', 'search_count', [[]])).rejects.toMatchObject(EXPIRED_SESSION);
});

it('tells a page whose session is over already just that, and ends what the session had', async () => {
  const { odoo } = stack();
  const session = await logIn(stack(), await createEmployee(odoo, 'lena'));
  const { token } = await session.token();
  const script = await Script.open(stack(), { token });
  const long = Date.now() / 1000 - 2 * LIMIT_S;
  await utimes(sessionFile(odoo, session.sessionId), long, long);
  const start = odoo.server.logLength;
  await expect(session.token(token)).rejects.toMatchObject(EXPIRED_SESSION);
  expect(odoo.server.logSince(start)).not.toContain('Traceback');
  await script.whenEnded(20_000);
  expect(await readRow(odoo, token)).toMatchObject({ ended: true });
});
