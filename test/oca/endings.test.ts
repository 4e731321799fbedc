import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { EXPIRED_SESSION } from '../contract/openerp-server.ts';
import type { OdooSession, OdooUser } from '../support/odoo/odoo-session.ts';
import { readRow } from '../support/postgres/session-rows.ts';
import { createEmployee, setParameter } from './support/oca-odoo.ts';
import { useOcaStack } from './support/oca-stack.ts';
import { press, sessionFile } from './support/odoo-person.ts';
import { addPasskeys, createGroup, vacuum } from './support/odoo-settings.ts';
import { logIn, Script } from './support/script.ts';

const HOUR_S = 60 * 60;
const now = () => Date.now() / 1000;
/** An end is promised within a minute; the rest is what a busy machine may take. */
const IN_TIME_MS = 100_000;
const AT_ONCE_MS = 20_000;

const stack = useOcaStack({
  // OCA's addon is for another file.
  inactive_session_time_out_delay: '0',
});

/** By what a session ends, without a hook that could tell anybody. */
const WAYS: Readonly<Record<string, (session: OdooSession, user: OdooUser) => Promise<unknown>>> = {
  'its file is removed': (session) => rm(sessionFile(stack().odoo, session.sessionId)),
  'it was not used for eight days, and the daily vacuum came': async (session) => {
    const date = now() - 8 * 24 * HOUR_S;
    await utimes(sessionFile(stack().odoo, session.sessionId), date, date);
    await vacuum(stack().odoo);
  },
  'it is older than its group may be logged in': async (session, user) => {
    await createGroup(stack().odoo, { lock_timeout: 60 }, [user]);
    const file = sessionFile(stack().odoo, session.sessionId);
    const stored: object = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...stored, create_time: now() - 2 * HOUR_S }));
  },
};

it("ends within a minute whatever makes Odoo's own check of a session fail", async () => {
  const opened = await Promise.all(
    Object.entries(WAYS).map(async ([way, end], index) => {
      const user = await createEmployee(stack().odoo, `user${index}`);
      const session = await logIn(stack(), user);
      return { way, end: () => end(session, user), scripts: await open(session) };
    }),
  );
  const passkey = await openWithPasskey();
  const results: Record<string, string[]> = {};
  for (const { way, end, scripts } of [...opened, passkey]) {
    await end();
    results[way] = [];
    for (const script of scripts) {
      void outcome(script).then((result) => results[way]?.push(result));
    }
  }
  const all = Object.values(results);
  await expect
    .poll(() => all.every(({ length }) => length === 2), { timeout: IN_TIME_MS + 5_000 })
    .toBe(true);
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  expect(all.flat()).toEqual(Array(2 * all.length).fill(expect.stringMatching(/^session_ended after/)));
  expect(passkey.kept.connected).toBe(true);
});

it('ends at once what a refused token stands for', async () => {
  const session = await logIn(stack(), await createEmployee(stack().odoo, 'rita'));
  const { token } = await session.token();
  const script = await Script.open(stack(), { token });
  await rm(sessionFile(stack().odoo, session.sessionId));
  await expect(session.token(token)).rejects.toMatchObject(EXPIRED_SESSION);
  await script.whenEnded(AT_ONCE_MS);
  expect(await readRow(stack().odoo, token)).toMatchObject({ ended: true });
});

it("ends every session within a minute when the database's secret changes", async () => {
  const scripts = await open(await logIn(stack(), await createEmployee(stack().odoo, 'sara')));
  await setParameter(stack().odoo, 'database.secret', 'another one');
  const results = await Promise.all(scripts.map(outcome));
  process.stdout.write(`${results}\n`);
  expect(results).toEqual(Array(2).fill(expect.stringMatching(/^session_ended after/)));
});

/** A program with a page's token, and one with the session's id. */
async function open(session: OdooSession): Promise<Script[]> {
  return [
    await Script.open(stack(), await session.token()),
    await Script.open(stack(), { session_id: session.sessionId }),
  ];
}

/** A session whose user removes a passkey in another one. */
async function openWithPasskey() {
  const user = await createEmployee(stack().odoo, 'petra');
  const lost = await addPasskeys(stack().odoo, user);
  const [session, other] = [await logIn(stack(), user), await logIn(stack(), user)];
  // Else Odoo would ask for a passkey.
  await other.post('/auth-timeout/session/check-identity', { type: 'password', password: user.password });
  return {
    way: 'a passkey of its user is removed',
    end: () => press(other, user, 'auth.passkey.key', 'action_delete_passkey', [lost]),
    scripts: await open(session),
    kept: await Script.open(stack(), await other.token()),
  };
}

async function outcome(script: Script): Promise<string> {
  const took = await script.whenEnded(IN_TIME_MS).catch(() => undefined);
  return took === undefined ? `alive after ${IN_TIME_MS} ms` : `${script.end?.code} after ${took} ms`;
}
