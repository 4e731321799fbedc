import { describe, expect, it } from 'vitest';
import { DENIED } from '../contract/openerp-server.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { changeRow } from '../support/postgres/session-rows.ts';

/** What a token opens in OpenERP 7.0, and what it does not. */
export function tokenCheck(openerp: () => OpenERP7): void {
  const contextBy = (password: string, uid: number, url = openerp().url) =>
    openerp().execute({ uid, password }, 'res.users', 'context_get', [], url);

  describe('A token in OpenERP 7.0', () => {
    it('is a password for RPC, for its user alone', async () => {
      const { user, token } = await openerp().userWithToken('tom');
      expect(await contextBy(token, user.uid)).toMatchObject({ lang: 'en_US' });
      await expect(contextBy(token, openerp().admin.uid)).rejects.toMatchObject(DENIED);
      await expect(contextBy(token, 999_999)).rejects.toMatchObject(DENIED);
    });

    it('is remembered by no server process', async () => {
      const { user, token } = await openerp().userWithToken('theo');
      const urls = [openerp().url, openerp().otherUrl];
      for (const url of urls) await contextBy(token, user.uid, url);
      await changeRow(openerp(), token, 'ended = now()');
      for (const url of urls) await expect(contextBy(token, user.uid, url)).rejects.toMatchObject(DENIED);
      for (const url of urls) expect(await contextBy(user.password, user.uid, url)).toBeTruthy();
      for (const url of urls) await expect(contextBy(token, user.uid, url)).rejects.toMatchObject(DENIED);
    });

    it('opens no log-in, and changes no password', async () => {
      const { user, token } = await openerp().userWithToken('tina');
      expect(await openerp().commonLogin(user.login, user.password)).toBe(user.uid);
      expect(await openerp().commonLogin(user.login, token)).toBe(false);
      const change = openerp().execute({ uid: user.uid, password: token }, 'res.users', 'change_password', [
        token,
        'another password',
      ]);
      await expect(change).rejects.toMatchObject(DENIED);
      expect(await openerp().commonLogin(user.login, user.password)).toBe(user.uid);
    });

    it('leaves passwords as they are: a wrong one, none, and that of another user open nothing', async () => {
      const { user } = await openerp().userWithToken('tilda');
      const other = await openerp().createUser('tildas colleague');
      for (const password of ['wrong', '', other.password]) {
        await expect(contextBy(password, user.uid)).rejects.toMatchObject(DENIED);
      }
    });
  });
}
