import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { callByToken, DENIED, EXPIRED_SESSION, userWithToken } from '../contract/openerp-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import type { OdooSession } from '../support/odoo/odoo-session.ts';
import { readRow } from '../support/postgres/session-rows.ts';

const odoo = useOdoo(['web_socketio_test', 'auth_totp']);
const KEY = Buffer.from('a key of thirty bytes in all..');
const STEP_MS = 30_000;

it('The user of a two-factor log-in gets a token after the second factor, and no earlier, and it calls models', async () => {
  const user = await odoo().createUser('tess');
  await odoo().sql('UPDATE res_users SET totp_secret = $2 WHERE id = $1', [user.uid, base32(KEY)]);
  const session = await odoo().logIn(user);
  await expect(session.token()).rejects.toMatchObject(EXPIRED_SESSION);
  await giveCode(session);
  const { token } = await session.token();
  expect((await session.token(token)).token).toBe(token);
  const read = { args: [[user.uid], ['login']] };
  const answer = [{ id: user.uid, login: 'tess' }];
  expect(await callByToken(odoo(), token, 'res.users', 'read', read)).toEqual(answer);
  // Of passwords, Odoo takes none by RPC of such a user.
  const execute = (password: string) =>
    odoo().execute({ uid: user.uid, password }, 'res.users', 'read', read.args);
  expect(await execute(token)).toEqual(answer);
  await expect(execute(user.password)).rejects.toMatchObject(DENIED);
});

it('A page has to prove itself when its user turns two-factor authentication on', async () => {
  const { user, token } = await userWithToken(odoo(), 'theo');
  await odoo().sql('UPDATE res_users SET totp_secret = $2 WHERE id = $1', [user.uid, base32(KEY)]);
  expect(await readRow(odoo(), token)).toMatchObject({ due: true });
});

/** The second step of a log-in, as its page does it. */
async function giveCode(session: OdooSession): Promise<void> {
  const url = new URL('/web/login/totp', odoo().url);
  const page = await (await fetch(url, { headers: session.headers })).text();
  const csrf_token = /name="csrf_token"\s+value="([^"]+)"/.exec(page)?.[1] ?? '';
  const body = new URLSearchParams({ csrf_token, totp_token: code(Date.now()) });
  const response = await fetch(url, { method: 'POST', headers: session.headers, body, redirect: 'manual' });
  expect(response.status).toBe(303);
  session.readCookies(response.headers);
}

/** RFC 6238: six digits that hold for half a minute. */
function code(now: number): string {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / STEP_MS)));
  const mac = createHmac('sha1', KEY).update(step).digest();
  const number = mac.readUInt32BE(mac.readUInt8(mac.length - 1) & 15) & 0x7fffffff;
  return `${number % 1_000_000}`.padStart(6, '0');
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(five, 2)))
    .join('');
}
