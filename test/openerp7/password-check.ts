import { describe, expect, it } from 'vitest';
import { callByToken, DENIED, EXPIRED_SESSION } from '../contract/openerp-server.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { controlMessages, readRow } from '../support/postgres/session-rows.ts';

/** A changed password, in a server process that remembers the one before. */
export function passwordCheck(openerp: () => OpenERP7): void {
  const write = (uid: number, values: object) =>
    openerp().execute(openerp().admin, 'res.users', 'write', [[uid], values]);

  describe('A changed password in OpenERP 7.0', () => {
    it('is seen at once by the server process that remembers the one before', async () => {
      const { user, session, token } = await openerp().userWithToken('paul');
      const { uid, password } = user;
      const elsewhere = session.at(openerp().otherUrl);
      const remembered = () =>
        openerp().execute({ uid, password }, 'res.users', 'context_get', [], openerp().otherUrl);
      await remembered();
      const before = (await controlMessages(openerp())).length;
      await write(uid, { password: 'another password' });
      expect(await readRow(openerp(), token)).toMatchObject({ due: true });
      expect((await controlMessages(openerp())).slice(before)).toEqual([
        { uid, values: { type: 'proof_due', uid } },
      ]);
      // OpenERP's own check does not see it yet.
      expect(await remembered()).toBeTruthy();
      await expect(elsewhere.token(token)).rejects.toMatchObject(EXPIRED_SESSION);
      await expect(session.token(token)).rejects.toMatchObject(EXPIRED_SESSION);
      await expect(callByToken(openerp(), token, 'res.users', 'context_get')).rejects.toMatchObject(DENIED);
      // The route has looked there, and what OpenERP remembered is gone with it.
      await expect(remembered()).rejects.toMatchObject(DENIED);
      const again = await openerp().logIn({ login: user.login, password: 'another password' });
      expect((await again.token()).token).not.toBe(token);
    });

    it.each(["password = 'x', password_crypt = NULL", 'active = false', "login = 'renamed'"])(
      'is seen by the route although SQL changed it behind the back of OpenERP: %s',
      async (assignment) => {
        const { user, session, token } = await openerp().userWithToken(`sql-${assignment.slice(0, 4)}`);
        const columns = await openerp().sql(
          "SELECT 1 FROM information_schema.columns WHERE table_name = 'res_users' AND column_name = 'password_crypt'",
        );
        const known = columns.length > 0 ? assignment : assignment.replace(', password_crypt = NULL', '');
        await openerp().sql(`UPDATE res_users SET ${known} WHERE id = $1`, [user.uid]);
        await expect(session.token(token)).rejects.toMatchObject(EXPIRED_SESSION);
        expect(await readRow(openerp(), token)).toMatchObject({ due: true });
      },
    );

    it('is proved by a session that has the new one', async () => {
      const { user, session, token } = await openerp().userWithToken('pia');
      await write(user.uid, { password: 'another password' });
      await write(user.uid, { password: user.password });
      expect(await readRow(openerp(), token)).toMatchObject({ due: true });
      const { token: next } = await session.token(token);
      expect(next).not.toBe(token);
      expect(await readRow(openerp(), next)).toMatchObject({ due: false, ended: false });
    });

    it('is not what a change of anything else of a user is', async () => {
      const { user, token } = await openerp().userWithToken('nora');
      await write(user.uid, { name: 'Nora', login: 'nora' });
      expect(await readRow(openerp(), token)).toMatchObject({ due: false });
    });
  });
}
