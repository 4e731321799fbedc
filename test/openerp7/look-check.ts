import { readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { askAsSidecar, callByToken, checkTokens, DENIED } from '../contract/openerp-server.ts';
import { postRaw } from '../support/odoo/odoo-rpc.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import type { OpenERP7Session } from '../support/openerp7/openerp7-session.ts';
import { changeRow, controlMessages, countRows, readRow } from '../support/postgres/session-rows.ts';

/** What the sidecar asks OpenERP 7.0 without a cookie: do sessions live, and who has this one? */
export function lookCheck(openerp: () => OpenERP7): void {
  const check = (...tokens: unknown[]) => checkTokens(openerp(), tokens);
  const fileOf = (session: OpenERP7Session) => openerp().fileOf(session);
  const set = ({ uid }: OdooUser, assignment: string) =>
    openerp().sql(`UPDATE res_users SET ${assignment} WHERE id = $1`, [uid]);
  const callBy = (token: string) => callByToken(openerp(), token, 'res.users', 'context_get');

  describe('A look at a session of OpenERP 7.0', () => {
    it('says that it lives, of each of its tokens in their order, and notes when', async () => {
      const { session, token } = await openerp().userWithToken('lena');
      const { token: second } = await session.token();
      await changeRow(openerp(), token, "checked = now() - interval '1 minute'");
      expect(await check(second, 'wsio_', token, null, second)).toEqual([
        'live',
        'unknown',
        'live',
        'unknown',
        'live',
      ]);
      const [row] = await openerp().sql(
        `SELECT now() - checked < interval '20 seconds' AS fresh FROM web_socketio_session
           WHERE token_sha256 = sha256(convert_to($1, 'UTF8'))`,
        [token],
      );
      expect(row).toEqual({ fresh: true });
      expect(await check()).toEqual([]);
    });

    it('extends a token a third of whose life has passed, and says so', async () => {
      const { token } = await openerp().userWithToken('leon');
      await changeRow(openerp(), token, "expires = now() + interval '599 seconds'");
      expect(await check(token)).toEqual(['renewed']);
      expect((await readRow(openerp(), token))?.['seconds_left']).toBeGreaterThan(880);
      expect(await check(token)).toEqual(['live']);
    });

    it('neither writes the session nor keeps it from growing old, and leaves no other', async () => {
      const { session, token } = await openerp().userWithToken('lotte');
      const [before, written] = [
        await readdir(openerp().sessions),
        await stat(fileOf(session), { bigint: true }),
      ];
      await check(token);
      await openerp().exchange(session);
      await callBy(token);
      expect(await readdir(openerp().sessions)).toEqual(before);
      expect((await stat(fileOf(session), { bigint: true })).mtimeNs).toBe(written.mtimeNs);
    });

    it('ends it when its file was removed, for all of its tokens and nobody else', async () => {
      const { user, session, token } = await openerp().userWithToken('lucy');
      const { token: unasked } = await session.token();
      const { token: other } = await (await openerp().logIn(user)).token();
      const before = (await controlMessages(openerp())).length;
      await rm(fileOf(session));
      expect(await check(token, other)).toEqual(['over', 'live']);
      for (const one of [token, unasked]) {
        expect(await readRow(openerp(), one)).toMatchObject({ ended: true });
      }
      expect(await readRow(openerp(), other)).toMatchObject({ ended: false });
      expect((await controlMessages(openerp())).slice(before)).toMatchObject([{ values: { type: 'ended' } }]);
      expect(await check(token)).toEqual(['over']);
    });

    it.each([
      ['a password that SQL changed', (user: OdooUser) => openerp().spoilPassword(user)],
      ['a login that SQL changed', (user: OdooUser) => set(user, "login = 'renamed too'")],
      ['a user who was deactivated', (user: OdooUser) => set(user, 'active = false')],
    ])('ends it for %s', async (what, change) => {
      const { user, token } = await openerp().userWithToken(`look ${what}`);
      expect(await check(token)).toEqual(['live']);
      await change(user);
      expect(await check(token)).toEqual(['over']);
      expect(await readRow(openerp(), token)).toMatchObject({ ended: true });
    });

    it('makes it wait, and is no end, while the directory of its user is away', async () => {
      const { user, session, token, handle } = await openerp().userWithToken('lynn');
      // What OpenERP, in a process that remembers nothing of this user, takes from a directory.
      const restore = await openerp().spoilPassword(user, null);
      await changeRow(openerp(), token, 'proof_due = NULL');
      const { otherUrl: url, database } = openerp();
      const ask = () => askAsSidecar({ url, database }, 'check', { tokens: [token] });
      expect(await ask()).toEqual({ states: ['locked'] });
      expect(await readRow(openerp(), token)).toMatchObject({ locked: true, ended: false, due: false });
      const { sid, sessionId: session_id } = session;
      expect(await askAsSidecar(openerp(), 'exchange', { sid, session_id })).toEqual({ refused: 'locked' });
      await expect(session.renew({ handle })).rejects.toMatchObject({
        ...{ code: 200, fault: 'odoo.exceptions.UserError' },
        message: expect.stringContaining('refused at present'),
      });
      await restore();
      expect(await ask()).toEqual({ states: ['renewed'] });
      expect(await readRow(openerp(), token)).toMatchObject({ locked: false, ended: false, due: false });
    });

    it('clears a proof that is due when the password is the old one again', async () => {
      const { user, token } = await openerp().userWithToken('liz');
      const write = (password: string) =>
        openerp().execute(openerp().admin, 'res.users', 'write', [[user.uid], { password }]);
      await write('another password');
      await write(user.password);
      expect(await readRow(openerp(), token)).toMatchObject({ due: true });
      expect(await check(token)).toEqual(['renewed']);
      expect(await readRow(openerp(), token)).toMatchObject({ due: false });
    });

    it('changes nothing when the file cannot be opened: that is no end', async () => {
      const { session, token } = await openerp().userWithToken('lasse');
      const file = fileOf(session);
      const stored = await readFile(file);
      await rm(file);
      await symlink(file, file);
      expect(await check(token)).toEqual(['unknown']);
      await expect(callBy(token)).rejects.toMatchObject(DENIED);
      expect(await readRow(openerp(), token)).toMatchObject({ ended: false });
      await rm(file);
      await writeFile(file, stored);
      expect(await check(token)).toEqual(['live']);
    });

    it('ends nothing that a log-in under the same keys opened later', async () => {
      const { user, session, token } = await openerp().userWithToken('luca');
      const stored = await readFile(fileOf(session));
      await session.logOut();
      await session.logIn(openerp().database, user);
      const { token: later } = await session.token();
      expect(await check(token, later)).toEqual(['over', 'live']);
      await writeFile(fileOf(session), stored);
      expect(await check(later)).toEqual(['over']);
    });

    it('forgets the tokens of a user in whose session another one has logged in', async () => {
      const { user, session, token } = await openerp().userWithToken('lola');
      const guest = await openerp().createUser('lolas guest');
      const stored = await readFile(fileOf(session));
      const before = (await controlMessages(openerp())).length;
      await session.logIn(openerp().database, guest);
      expect(await countRows(openerp(), token)).toBe(0);
      expect((await controlMessages(openerp())).slice(before)).toMatchObject([{ values: { type: 'ended' } }]);
      // And where OpenERP was not asked, as after a log-in by OAuth.
      const { token: guests } = await session.token();
      await writeFile(fileOf(session), stored);
      expect(await check(guests)).toEqual(['unknown']);
      expect(await countRows(openerp(), guests)).toBe(0);
      expect((await session.token()).uid).toBe(user.uid);
    });

    it('ends it when somebody failed to log in, as OpenERP does', async () => {
      const { user, session, token } = await openerp().userWithToken('lilo');
      const failure = session.logIn(openerp().database, { login: user.login, password: 'wrong' });
      await expect(failure).rejects.toMatchObject(DENIED);
      expect(await session.uid()).toBe(false);
      expect(await readRow(openerp(), token)).toMatchObject({ ended: true });
      await session.logIn(openerp().database, user);
      expect(await check((await session.token()).token)).toEqual(['live']);
    });

    it.each(['', 'x', '[]', '{}', '{"tokens": 7}', JSON.stringify({ tokens: Array(1001).fill('x') })])(
      'answers 400 to what is no question: %.20s',
      async (body) => {
        await expect(askAsSidecar(openerp(), 'check', body)).rejects.toMatchObject({ code: 400 });
      },
    );

    it.each([
      [404, null],
      [404, ''],
      [404, 'x host=127.0.0.1'],
      [503, 'no_such'],
    ])('answers %i where it is asked for the database %j', async (expected, database) => {
      const url = new URL('/web_socketio/check', openerp().url);
      const headers = database === null ? {} : { 'X-Odoo-Database': database };
      const { status } = await postRaw(url, { tokens: [] }, headers);
      expect(status).toBe(expected);
    });
  });

  describe('The exchange of a session of OpenERP 7.0', () => {
    it('gives a token for the two keys, without a cookie', async () => {
      const { user, session } = await openerp().userWithToken('elvira');
      const answer = await openerp().exchange(session);
      expect(answer).toMatchObject({
        ...{ db: openerp().database, uid: user.uid, expires_in: 900 },
        ...{ token: expect.stringMatching(/^wsio_/), handle: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      expect(await check(Reflect.get(Object(answer), 'token'))).toEqual(['live']);
    });

    it('refuses what is no session, or is over', async () => {
      const { session } = await openerp().userWithToken('emil');
      const { sid, sessionId } = session;
      await session.logOut();
      for (const keys of [
        {},
        { sid },
        { session_id: sessionId },
        { sid, session_id: sessionId },
        { sid: 7 },
      ]) {
        expect(await askAsSidecar(openerp(), 'exchange', keys)).toEqual({ refused: 'over' });
      }
    });
  });
}
