import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readRow } from '../support/postgres/session-rows.ts';
import { askAsSidecar, callByToken, checkTokens, type GetServer, userWithToken } from './openerp-server.ts';

/** The addon's exchange route: a session id for a token, without a cookie. */
export function exchangeContract(server: GetServer): void {
  const exchange = (body: object) => askAsSidecar(server(), 'exchange', body);

  describe('The exchange route', () => {
    it('gives a token for the session id of a script', async () => {
      const { user, session } = await userWithToken(server(), 'scott');
      const answer = await exchange({ session_id: session.sessionId });
      expect(answer).toEqual({
        db: server().database,
        uid: user.uid,
        handle: expect.stringMatching(/^[0-9a-f]{64}$/),
        token: expect.stringMatching(/^wsio_[\w-]{43}$/),
        expires_in: 900,
        url: false,
      });
      const { token } = z.object({ token: z.string() }).parse(answer);
      const read = { args: [[user.uid], ['login']] };
      expect(await callByToken(server(), token, 'res.users', 'read', read)).toMatchObject([
        { login: 'scott' },
      ]);
      expect(await checkTokens(server(), [token])).toEqual(['live']);
    });

    it('gives one that ends with its session', async () => {
      const { session } = await userWithToken(server(), 'selma');
      const answer = await exchange({ session_id: session.sessionId });
      const { token } = z.object({ token: z.string() }).parse(answer);
      await session.logOut();
      expect(await readRow(server(), token)).toMatchObject({ ended: true });
    });

    it.each([undefined, 7, '', 'x', '../../etc/passwd', 'a'.repeat(84), 'a'.repeat(40)])(
      'refuses a session id that nobody has: %j',
      async (session_id) => {
        expect(await exchange({ session_id })).toEqual({ refused: 'over' });
      },
    );

    it('refuses a session that has logged out, and one that OpenERP does not accept any more', async () => {
      const { session } = await userWithToken(server(), 'sandra');
      const { sessionId: session_id } = session;
      await session.logOut();
      expect(await exchange({ session_id })).toEqual({ refused: 'over' });
      const { user, session: other } = await userWithToken(server(), 'serena');
      await server().sql("UPDATE res_users SET password = 'x' WHERE id = $1", [user.uid]);
      expect(await exchange({ session_id: other.sessionId })).toEqual({ refused: 'over' });
    });
  });
}
