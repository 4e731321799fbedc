import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { postJson } from '../support/odoo/odoo-rpc.ts';
import { changeRow, controlMessages, countRows, readRow } from '../support/postgres/session-rows.ts';
import {
  callByToken,
  credentialOf,
  DENIED,
  EXPIRED_SESSION,
  type GetServer,
  userWithToken,
} from './openerp-server.ts';

/** The addon's token route, and what a token is good for. */
export function tokenContract(server: GetServer): void {
  describe('The token route', () => {
    it('gives a page of a session a token of its own, which lives for 15 minutes', async () => {
      const anna = await server().createUser('anne');
      const session = await server().logIn(anna);
      const answer = await session.token();
      expect(answer).toEqual({
        db: server().database,
        uid: anna.uid,
        token: expect.stringMatching(/^wsio_[\w-]{43}$/),
        handle: createHash('sha256').update(answer.token).digest('hex'),
        expires_in: 900,
        url: false,
      });
      expect(await readRow(server(), answer.token)).toMatchObject({
        uid: anna.uid,
        due: false,
        ended: false,
      });
      expect((await session.token()).token).not.toBe(answer.token);
    });

    it('keeps only the hash of a token', async () => {
      const { token } = await userWithToken(server(), 'hanna');
      const rows = await server().sql('SELECT row_to_json(s)::text AS text FROM web_socketio_session AS s');
      expect(rows.map((row) => row['text']).join()).not.toContain(token);
      expect(await countRows(server(), token)).toBe(1);
    });

    it("keeps the user's context with it", async () => {
      const { user, token } = await userWithToken(server(), 'conny');
      const [row] = await server().sql(
        `SELECT context FROM web_socketio_session WHERE token_sha256 = sha256(convert_to($1, 'UTF8'))`,
        [token],
      );
      expect(JSON.parse(String(row?.['context']))).toMatchObject({ lang: 'en_US', uid: user.uid });
    });

    it('renews a token by its handle, which opens nothing, and does not say the token again', async () => {
      const { session, token, handle } = await userWithToken(server(), 'rene');
      await changeRow(server(), token, "expires = now() - interval '1 minute'");
      const { db, uid, handle: same, ...rest } = await session.renew({ handle });
      expect([db, uid, same]).toEqual([server().database, expect.any(Number), handle]);
      expect(rest).toEqual({ expires_in: 900, url: false });
      expect((await readRow(server(), token))?.['seconds_left']).toBeGreaterThan(880);
      await expect(callByToken(server(), handle, 'res.users', 'context_get')).rejects.toMatchObject(DENIED);
    });

    it('renews a token by itself for a page that was loaded before there were handles', async () => {
      const { session, token } = await userWithToken(server(), 'renate');
      await changeRow(server(), token, "expires = now() - interval '1 minute'");
      expect((await session.token(token)).token).toBe(token);
      expect((await readRow(server(), token))?.['seconds_left']).toBeGreaterThan(880);
    });

    it('gives a new token in the place of one that has a proof due', async () => {
      const { session, token, handle } = await userWithToken(server(), 'prue');
      await changeRow(server(), token, 'proof_due = now()');
      const answer = await session.renew({ handle });
      expect(answer.token).toMatch(/^wsio_/);
      expect(answer.token).not.toBe(token);
      expect(await countRows(server(), token)).toBe(0);
      expect(await readRow(server(), answer.token ?? '')).toMatchObject({ due: false });
    });

    it('gives a new token for one of another database', async () => {
      const { session, token, handle } = await userWithToken(server(), 'elsa');
      await changeRow(server(), token, "issuer = '7000000000000000000:1:00000001'");
      expect((await session.renew({ handle })).token).toMatch(/^wsio_/);
    });

    it('ends the token that a refused session names, and tells the sidecars', async () => {
      const { user, session, token, handle } = await userWithToken(server(), 'rosa refused');
      await server().sql("UPDATE res_users SET login = 'rosa of old' WHERE id = $1", [user.uid]);
      const before = (await controlMessages(server())).length;
      await expect(session.renew({ handle })).rejects.toMatchObject(EXPIRED_SESSION);
      expect(await readRow(server(), token)).toMatchObject({ ended: true });
      expect((await controlMessages(server())).slice(before)).toEqual([
        { uid: null, values: { type: 'ended', session_hash: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      ]);
    });

    it.each([7, '', 'x', 'A'.repeat(64), ['a'.repeat(64)], { a: 1 }])(
      'gives a new token for what is no handle: %j',
      async (handle) => {
        const session = await server().logIn(server().admin);
        expect(await session.post('/web_socketio/token', { handle })).toMatchObject({
          token: expect.stringMatching(/^wsio_/),
        });
      },
    );

    it('never inserts a token that a client sent', async () => {
      const session = await server().logIn(await server().createUser('cara'));
      const chosen = `wsio_${'a'.repeat(43)}`;
      expect((await session.token(chosen)).token).not.toBe(chosen);
      expect(await countRows(server(), chosen)).toBe(0);
    });

    it('does not renew the token of another session of the same user, nor that of another user', async () => {
      const { user: olga, token, handle } = await userWithToken(server(), 'olga');
      const second = await server().logIn(olga);
      const { session: other } = await userWithToken(server(), 'otto');
      await changeRow(server(), token, "expires = now() + interval '1 minute'");
      expect((await second.token(token)).token).not.toBe(token);
      expect((await other.token(token)).token).not.toBe(token);
      expect((await second.renew({ handle })).handle).not.toBe(handle);
      expect((await other.renew({ handle })).handle).not.toBe(handle);
      expect((await readRow(server(), token))?.['seconds_left']).toBeLessThanOrEqual(60);
    });

    it('gives a new token for one that has ended, and leaves that one ended', async () => {
      const { session, token, handle } = await userWithToken(server(), 'edda');
      await changeRow(server(), token, 'ended = now()');
      expect((await session.renew({ handle })).handle).not.toBe(handle);
      expect((await session.token(token)).token).not.toBe(token);
      expect(await readRow(server(), token)).toMatchObject({ ended: true });
    });

    it('takes the life of a token and the address of the sidecar from system parameters', async () => {
      const session = await server().logIn(await server().createUser('lisa'));
      const admin = await server().logIn(server().admin);
      const set = (key: string, value: string) =>
        admin.call('ir.config_parameter', 'set_param', [key, value]);
      await set('web_socketio.token_lifetime', '120');
      await set('web_socketio.url', 'http://sidecar.example:8068');
      const { token, expires_in, url } = await session.token();
      expect([expires_in, url]).toEqual([120, 'http://sidecar.example:8068']);
      expect((await readRow(server(), token))?.['seconds_left']).toBeLessThanOrEqual(120);
      for (const value of ['soon', '59', '-60']) {
        await set('web_socketio.token_lifetime', value);
        await expect(session.token()).rejects.toThrow(
          `odoo.exceptions.UserError: The system parameter web_socketio.token_lifetime is '${value}'`,
        );
      }
      await set('web_socketio.token_lifetime', '');
      await set('web_socketio.url', '');
      expect(await session.token()).toMatchObject({ expires_in: 900, url: false });
    });

    it('sets no cookie', async () => {
      const { session } = await userWithToken(server(), 'rosi');
      const route = new URL('/web_socketio/token', server().url);
      const { headers } = await postJson(route, session.parameters, session.headers);
      expect(headers.getSetCookie()).toEqual([]);
    });
  });

  describe('A token', () => {
    const callWith = (token: unknown) => callByToken(server(), token, 'res.users', 'context_get');

    it.each([
      ['expired', "expires = now() - interval '1 second'"],
      ['logged out', "ended = now() - interval '1 second'"],
      ['of another database', "issuer = '7000000000000000000:1:00000001'"],
    ])('%s is refused at once, although it was accepted before', async (_, assignment) => {
      const { token } = await userWithToken(server(), `was ${assignment.slice(0, 9)}`);
      await callWith(token);
      await changeRow(server(), token, assignment);
      await expect(callWith(token)).rejects.toMatchObject(DENIED);
    });

    it('of a logout less than 30 seconds ago still works for a sidecar, for what runs at the disconnection', async () => {
      const { token } = await userWithToken(server(), 'gloria');
      const credential = await credentialOf(server(), token);
      expect(await callWith(credential)).toMatchObject({ lang: 'en_US' });
      await changeRow(server(), token, "ended = now() - interval '20 seconds'");
      expect(await callWith(credential)).toMatchObject({ lang: 'en_US' });
      for (const other of [token, `${token}.${randomUUID()}`, `${token}.`, `${credential}x`]) {
        await expect(callWith(other)).rejects.toMatchObject(DENIED);
      }
      await server().sql(`UPDATE web_socketio_sidecar SET seen = now() - interval '1 hour'`);
      await expect(callWith(credential)).rejects.toMatchObject(DENIED);
      await changeRow(server(), token, "ended = now() - interval '31 seconds'");
      await expect(callWith(await credentialOf(server(), token))).rejects.toMatchObject(DENIED);
    });

    it('of an inactive user is refused', async () => {
      const { user, token } = await userWithToken(server(), 'inga');
      await server().sql('UPDATE res_users SET active = false WHERE id = $1', [user.uid]);
      await changeRow(server(), token, 'proof_due = NULL');
      await expect(callWith(token)).rejects.toMatchObject(DENIED);
    });

    it('opens no login', async () => {
      const { user, token } = await userWithToken(server(), 'ivan');
      await expect(server().logIn({ login: user.login, password: token })).rejects.toMatchObject(DENIED);
    });

    it.each([
      undefined,
      null,
      '',
      7,
      'wsio_',
      ['wsio_'],
      `wsio_${'a'.repeat(43)}`,
      `wsio_${'a'.repeat(43)}\n`,
    ])('that never was is refused: %j', async (token) => {
      await expect(callWith(token)).rejects.toMatchObject(DENIED);
    });
  });
}
