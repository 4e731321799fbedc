import { describe, expect, it } from 'vitest';
import { changeRow, controlMessages, readRow } from '../support/postgres/session-rows.ts';
import {
  askAsSidecar,
  callByToken,
  checkTokens,
  type GetServer,
  refused,
  userWithToken,
} from './openerp-server.ts';

/** The addon's check route: what OpenERP says of sessions without their browsers, and what becomes of their tokens. */
export function checkContract(server: GetServer): void {
  const stateOf = async (token: string) => (await checkTokens(server(), [token]))[0];

  describe('The check route', () => {
    it('says the state of each token in the order in which they are asked about', async () => {
      const { token, session } = await userWithToken(server(), 'chloe');
      const { token: left, session: over } = await userWithToken(server(), 'lothar');
      await over.logOut();
      const { token: second } = await session.token();
      expect(await checkTokens(server(), [left, token, `wsio_${'a'.repeat(43)}`, second, token])).toEqual([
        ...['over', 'live', 'unknown', 'live', 'live'],
      ]);
      expect(await checkTokens(server(), [])).toEqual([]);
    });

    it.each([
      ['expired', "expires = now() - interval '1 second'"],
      ['of another database', "issuer = '7000000000000000000:1:00000001'"],
    ])('does not know a token that is %s, and leaves it as it is', async (_, assignment) => {
      const { token } = await userWithToken(server(), `check ${assignment.slice(0, 6)}`);
      await changeRow(server(), token, assignment);
      expect(await stateOf(token)).toBe('unknown');
      expect(await readRow(server(), token)).toMatchObject({ ended: false, due: false });
    });

    it('writes down when it looked, and extends a token when a third of its life has passed', async () => {
      const { token } = await userWithToken(server(), 'thea');
      await changeRow(
        server(),
        token,
        "checked = now() - interval '1 hour', expires = now() + interval '610 seconds'",
      );
      expect(await stateOf(token)).toBe('live');
      expect(await readRow(server(), token)).toMatchObject({
        checked_ago: 0,
        seconds_left: expect.closeTo(610, -1),
      });
      await changeRow(server(), token, "expires = now() + interval '590 seconds'");
      expect(await stateOf(token)).toBe('renewed');
      expect((await readRow(server(), token))?.['seconds_left']).toBeGreaterThan(880);
    });

    it('clears a proof that is due when the session itself gives it, and tells nobody', async () => {
      const { token } = await userWithToken(server(), 'prudence');
      const before = (await controlMessages(server())).length;
      await changeRow(server(), token, 'proof_due = now(), locked = now()');
      expect(await stateOf(token)).toBe('renewed');
      expect(await readRow(server(), token)).toMatchObject({ due: false, locked: false, ended: false });
      expect((await controlMessages(server())).slice(before)).toEqual([]);
    });

    it.each(["password = 'x'", 'active = false', "login = 'called otherwise'"])(
      'ends all tokens of a session that OpenERP does not accept any more: %s',
      async (assignment) => {
        const { user, session, token } = await userWithToken(server(), `end ${assignment.slice(0, 5)}`);
        const { token: second } = await session.token();
        await server().sql(`UPDATE res_users SET ${assignment} WHERE id = $1`, [user.uid]);
        const before = (await controlMessages(server())).length;
        expect(await stateOf(token)).toBe('over');
        for (const ended of [token, second]) {
          expect(await readRow(server(), ended)).toMatchObject({ ended: true });
          await expect(callByToken(server(), ended, 'res.users', 'context_get')).rejects.toMatchObject(
            refused('over'),
          );
        }
        expect((await controlMessages(server())).slice(before)).toEqual([
          { uid: null, values: { type: 'ended', session_hash: expect.any(String) } },
        ]);
        expect(await stateOf(token)).toBe('over');
      },
    );

    it("gives the token's row the user's context of now", async () => {
      const { session, user, token } = await userWithToken(server(), 'tamara');
      await session.call('res.users', 'write', [[user.uid], { tz: 'Europe/Brussels' }]);
      expect(await stateOf(token)).toBe('renewed');
      expect(await readRow(server(), token)).toMatchObject({ context: { tz: 'Europe/Brussels' } });
      expect(await stateOf(token)).toBe('live');
    });

    it('leaves a token that cannot be looked at without its page to what its row says', async () => {
      const { token } = await userWithToken(server(), 'sigrid');
      await changeRow(server(), token, 'checked = NULL, sealed = NULL');
      expect(await stateOf(token)).toBe('live');
      await changeRow(server(), token, 'proof_due = now()');
      expect(await stateOf(token)).toBe('unproved');
    });

    it.each([
      ['nothing', ''],
      ['no JSON', 'nonsense'],
      ['no object', '[]'],
      ['no tokens', '{}'],
      ['no list', '{"tokens": 7}'],
      ['more than a thousand tokens', JSON.stringify({ tokens: Array(1001).fill('x') })],
    ])('refuses %s', async (_, body) => {
      await expect(askAsSidecar(server(), 'check', body)).rejects.toMatchObject({ code: 400 });
    });

    it('takes a thousand tokens', async () => {
      expect(await checkTokens(server(), Array(1000).fill('x'))).toEqual(Array(1000).fill('unknown'));
    });
  });
}
