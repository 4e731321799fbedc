import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  callByToken,
  checkTokens,
  credentialOf,
  DENIED,
  EXPIRED_SESSION,
} from '../contract/openerp-server.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { changeRow, readRow } from '../support/postgres/session-rows.ts';

/** What a token's row holds, and how long the token is a password of RPC. */
export function credentialCheck(openerp: () => OpenERP7): void {
  const check = (...tokens: unknown[]) => checkTokens(openerp(), tokens);
  const callBy = (token: string) => callByToken(openerp(), token, 'res.users', 'context_get');

  describe('A token of OpenERP 7.0, as password of RPC', () => {
    it('is refused at once when its session is gone, which nobody told', async () => {
      const { session, token } = await openerp().userWithToken('rosa');
      await callBy(token);
      await rm(openerp().fileOf(session));
      await expect(callBy(token)).rejects.toMatchObject(DENIED);
      expect(await readRow(openerp(), token)).toMatchObject({ ended: true });
    });

    it('is refused at once after a log-out, but for what a living sidecar still has to do', async () => {
      const { session, token } = await openerp().userWithToken('ruth');
      const credential = await credentialOf(openerp(), token);
      const by = (password: string) => openerp().carryAs(token, password, 'res.users', 'context_get');
      expect(await by(credential)).toMatchObject({ lang: 'en_US' });
      await session.logOut();
      await expect(by(token)).rejects.toMatchObject(DENIED);
      await expect(by(`${token}.${randomUUID()}`)).rejects.toMatchObject(DENIED);
      expect(await by(credential)).toMatchObject({ lang: 'en_US' });
      await changeRow(openerp(), token, "ended = now() - interval '31 seconds'");
      await expect(by(credential)).rejects.toMatchObject(DENIED);
      await expect(openerp().logIn({ login: 'ruth', password: credential })).rejects.toMatchObject(DENIED);
    });

    it('is unknown in a copy of the database', async () => {
      const { session, token } = await openerp().userWithToken('rita');
      await changeRow(openerp(), token, "issuer = '7:1:00000001'");
      await expect(callBy(token)).rejects.toMatchObject(DENIED);
      expect(await check(token)).toEqual(['unknown']);
      expect((await session.token(token)).token).not.toBe(token);
    });

    it("runs methods in the user's language of this moment", async () => {
      const { user, token } = await openerp().userWithToken('rafa');
      const context = { lang: 'xx_XX', tz: 'Europe/Paris', color: 'blue' };
      const read = () => callByToken(openerp(), token, 'note.alert', 'read_context', { context });
      expect(await read()).toEqual({ lang: 'en_US', tz: false, color: 'blue', uid: user.uid });
      const values = { tz: 'Asia/Tokyo' };
      await openerp().execute(openerp().admin, 'res.users', 'write', [[user.uid], values]);
      expect(await read()).toMatchObject(values);
      expect(await check(token)).toEqual(['renewed']);
    });
  });

  describe('The row of a token of OpenERP 7.0', () => {
    it('says by which address its browser came, and what finds its session nobody can read', async () => {
      const session = await openerp().logIn(await openerp().createUser('olaf'));
      const { sid, sessionId } = session;
      const { token } = await session.token();
      const [row] = await openerp().sql(
        `SELECT origin, row_to_json(s)::text || encode(sealed, 'escape') AS text FROM web_socketio_session AS s
           WHERE token_sha256 = sha256(convert_to($1, 'UTF8'))`,
        [token],
      );
      expect(row?.['origin']).toBe(new URL(openerp().url).origin);
      for (const secret of [sid, sessionId, token]) expect(row?.['text']).not.toContain(secret);
    });

    it('is named by a handle, by which a page extends it, and which opens nothing', async () => {
      const { session, token, handle } = await openerp().userWithToken('otis');
      await changeRow(openerp(), token, "expires = now() + interval '1 minute'");
      const answer = await session.post('/web_socketio/token', { handle });
      expect(answer).toMatchObject({ handle, expires_in: 900 });
      expect(answer).not.toHaveProperty('token');
      expect((await readRow(openerp(), token))?.['seconds_left']).toBeGreaterThan(880);
      await expect(callBy(handle)).rejects.toMatchObject(DENIED);
    });

    it('ends with a refusal', async () => {
      const { user, session, token, handle } = await openerp().userWithToken('ole');
      await openerp().spoilPassword(user);
      await expect(session.post('/web_socketio/token', { handle })).rejects.toMatchObject(EXPIRED_SESSION);
      expect(await readRow(openerp(), token)).toMatchObject({ ended: true });
    });

    it('ends with a refusal although nobody knows the session any more, if the page has it and tells its database', async () => {
      const { session, token } = await openerp().userWithToken('orla');
      await rm(openerp().fileOf(session));
      const params = { token, db: openerp().database };
      await expect(session.post('/web_socketio/token', params)).rejects.toMatchObject(EXPIRED_SESSION);
      expect(await readRow(openerp(), token)).toMatchObject({ ended: true });
    });

    it("is not ended by its handle from somebody else's browser", async () => {
      const { token, handle } = await openerp().userWithToken('oona');
      const { session: stranger } = await openerp().userWithToken('oleg');
      await rm(openerp().fileOf(stranger));
      const params = { handle, db: openerp().database };
      await expect(stranger.post('/web_socketio/token', params)).rejects.toMatchObject(EXPIRED_SESSION);
      expect(await readRow(openerp(), token)).toMatchObject({ ended: false });
    });
  });
}
