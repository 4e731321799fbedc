import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { postJson } from '../support/odoo-rpc.ts';
import { OdooSession } from '../support/odoo-session.ts';
import { useOdoo19 } from '../support/odoo19-fixture.ts';
import { changeRow, controlMessages, countRows, readRow } from '../support/session-rows.ts';

const odoo = useOdoo19(['web_socketio_test']);
const EXPIRED_SESSION = { fault: 'odoo.http.SessionExpiredException', code: 100 };
const THREE_HOURS_MS = 3 * 60 * 60 * 1000;

describe('The token route', () => {
  it('gives a page of a session a token of its own, which lives for 15 minutes', async () => {
    const anna = await odoo().createUser('anna');
    const session = await odoo().logIn(anna);
    const answer = await session.token();
    expect(answer).toEqual({
      db: odoo().database,
      uid: anna.uid,
      token: expect.stringMatching(/^wsio_[\w-]{43}$/),
      expires_in: 900,
      url: false,
    });
    expect(await readRow(odoo(), answer.token)).toMatchObject({ uid: anna.uid, due: false, ended: false });
    expect((await session.token()).token).not.toBe(answer.token);
  });

  it('keeps only the hash of a token', async () => {
    const session = await odoo().logIn(await odoo().createUser('hanna'));
    const { token } = await session.token();
    const rows = await odoo().sql('SELECT row_to_json(s)::text AS text FROM web_socketio_session AS s');
    expect(rows.map((row) => row['text']).join()).not.toContain(token);
    expect(await countRows(odoo(), token)).toBe(1);
  });

  it('renews the same token for the same session', async () => {
    const session = await odoo().logIn(await odoo().createUser('rene'));
    const { token } = await session.token();
    await changeRow(odoo(), token, "expires = now() - interval '1 minute'");
    expect((await session.token(token)).token).toBe(token);
    expect((await readRow(odoo(), token))?.['seconds_left']).toBeGreaterThan(880);
  });

  it('never inserts a token that a client sent', async () => {
    const session = await odoo().logIn(await odoo().createUser('carla'));
    const chosen = `wsio_${'a'.repeat(43)}`;
    expect((await session.token(chosen)).token).not.toBe(chosen);
    expect(await countRows(odoo(), chosen)).toBe(0);
  });

  it('does not renew the token of another session of the same user, nor that of another user', async () => {
    const olga = await odoo().createUser('olga');
    const [first, second, other] = await Promise.all([
      odoo().logIn(olga),
      odoo().logIn(olga),
      odoo()
        .createUser('otto')
        .then((otto) => odoo().logIn(otto)),
    ]);
    const { token } = await first.token();
    await changeRow(odoo(), token, "expires = now() + interval '1 minute'");
    expect((await second.token(token)).token).not.toBe(token);
    expect((await other.token(token)).token).not.toBe(token);
    expect((await readRow(odoo(), token))?.['seconds_left']).toBeLessThanOrEqual(60);
  });

  it('gives a new token for one that has ended, and leaves that one ended', async () => {
    const session = await odoo().logIn(await odoo().createUser('edda'));
    const { token } = await session.token();
    await changeRow(odoo(), token, 'ended = now()');
    expect((await session.token(token)).token).not.toBe(token);
    expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
  });

  it('takes the life of a token from the system parameter, and refuses one that is no life', async () => {
    const session = await odoo().logIn(await odoo().createUser('lisa'));
    const set = (value: string) =>
      odoo().execute(odoo().admin, 'ir.config_parameter', 'set_param', [
        'web_socketio.token_lifetime',
        value,
      ]);
    await set('120');
    const { token, expires_in } = await session.token();
    expect(expires_in).toBe(120);
    expect((await readRow(odoo(), token))?.['seconds_left']).toBeLessThanOrEqual(120);
    for (const value of ['soon', '59', '-60']) {
      await set(value);
      await expect(session.token()).rejects.toThrow(`token_lifetime is '${value}'`);
    }
    await set('');
    expect((await session.token()).expires_in).toBe(900);
  });

  it('needs a login', async () => {
    await expect(new OdooSession(odoo().url).token()).rejects.toMatchObject(EXPIRED_SESSION);
  });

  it('neither sets a cookie nor rotates a session that is due for it', async () => {
    const session = await odoo().logIn(await odoo().createUser('rosa'));
    const file = join(
      dirname(odoo().configFile),
      'data/sessions',
      session.sessionId.slice(0, 2),
      session.sessionId,
    );
    const stored = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...stored, create_time: (Date.now() - THREE_HOURS_MS) / 1000 }));
    const post = (path: string) => postJson(new URL(path, odoo().url), {}, session.headers);
    expect((await post('/web_socketio/token')).headers.getSetCookie()).toEqual([]);
    // Odoo's own route does both, with the same session.
    expect((await post('/web/session/get_session_info')).headers.getSetCookie()).toHaveLength(1);
  });
});

describe('The end of a session', () => {
  it('is written to all its tokens at logout, and announced', async () => {
    const lea = await odoo().createUser('lea');
    const [session, other] = [await odoo().logIn(lea), await odoo().logIn(lea)];
    const tokens = [(await session.token()).token, (await session.token()).token];
    const kept = (await other.token()).token;
    const before = (await controlMessages(odoo())).length;
    await session.logOut();
    for (const token of tokens) expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
    expect(await readRow(odoo(), kept)).toMatchObject({ ended: false });
    const [message, ...more] = (await controlMessages(odoo())).slice(before);
    expect(message).toMatchObject({ values: { type: 'ended', session_hash: expect.any(String) } });
    expect(more).toEqual([]);
  });

  it('is written at the logout by a link, too', async () => {
    const session = await odoo().logIn(await odoo().createUser('lina'));
    const { token } = await session.token();
    await fetch(new URL('/web/session/logout', odoo().url), { headers: session.headers, redirect: 'manual' });
    expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
  });
});

describe('A changed password', () => {
  it('makes a proof due for all sessions, which none can give: Odoo 19 ends even the one that changed it', async () => {
    const paul = await odoo().createUser('paul');
    const [changer, other] = [await odoo().logIn(paul), await odoo().logIn(paul)];
    const tokens = [(await changer.token()).token, (await other.token()).token];
    const before = (await controlMessages(odoo())).length;
    await changer.call('res.users', 'change_password', [paul.password, 'another password']);
    for (const token of tokens) expect(await readRow(odoo(), token)).toMatchObject({ due: true });
    expect((await controlMessages(odoo())).slice(before)).toEqual([
      { uid: paul.uid, values: { type: 'proof_due', uid: paul.uid } },
    ]);
    await expect(changer.token(tokens[0])).rejects.toMatchObject(EXPIRED_SESSION);
    await expect(other.token(tokens[1])).rejects.toMatchObject(EXPIRED_SESSION);
  });

  it('is proved by the session that Odoo lets stay, and not by another one', async () => {
    const vera = await odoo().createUser('vera');
    const [changer, other] = [await odoo().logIn(vera), await odoo().logIn(vera)];
    const [token, lost] = [(await changer.token()).token, (await other.token()).token];
    // The stored password is hashed again, with more rounds, when this session asks for it.
    const setting = ['password.hashing.rounds', '600001'];
    await odoo().execute(odoo().admin, 'ir.config_parameter', 'set_param', setting);
    const check = await changer.call('res.users', 'preference_change_password', [[vera.uid]]);
    const { res_id } = z.object({ res_id: z.number() }).parse(check);
    const context = { password: vera.password };
    await changer.call('res.users.identitycheck', 'run_check', [[res_id]], { context });
    expect(await readRow(odoo(), token)).toMatchObject({ due: true });
    expect((await changer.token(token)).token).toBe(token);
    expect(await readRow(odoo(), token)).toMatchObject({ due: false });
    await expect(other.token(lost)).rejects.toMatchObject(EXPIRED_SESSION);
    expect(await readRow(odoo(), lost)).toMatchObject({ due: true });
  });

  it.each(["password = 'x'", 'active = false', "login = 'renamed'"])(
    'is seen by the route although SQL changed it behind the back of Odoo: %s',
    async (assignment) => {
      const user = await odoo().createUser(`sql-${assignment.slice(0, 4)}`);
      const session = await odoo().logIn(user);
      const { token } = await session.token();
      await odoo().sql(`UPDATE res_users SET ${assignment} WHERE id = $1`, [user.uid]);
      await expect(session.token(token)).rejects.toMatchObject(EXPIRED_SESSION);
      expect(await readRow(odoo(), token)).toMatchObject({ due: true });
    },
  );

  it('is not what a change of anything else of a user is', async () => {
    const user = await odoo().createUser('nora');
    const { token } = await (await odoo().logIn(user)).token();
    await odoo().execute(odoo().admin, 'res.users', 'write', [[user.uid], { name: 'Nora', login: 'nora' }]);
    expect(await readRow(odoo(), token)).toMatchObject({ due: false });
  });
});
