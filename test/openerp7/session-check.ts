import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { EXPIRED_SESSION } from '../contract/openerp-server.ts';
import { postJson } from '../support/odoo/odoo-rpc.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { OpenERP7Session } from '../support/openerp7/openerp7-session.ts';
import { controlMessages, readRow } from '../support/postgres/session-rows.ts';

const ROUNDS = 30;
const RENEWALS = 6;

/** Log-in and log-out of OpenERP 7.0, which writes a session back after each of its own requests. */
export function sessionCheck(openerp: () => OpenERP7): void {
  describe('The token route of OpenERP 7.0', () => {
    it('reads sessions and writes none', async () => {
      const session = await openerp().logIn(await openerp().createUser('sara'));
      const files = () => readdir(openerp().sessions);
      const file = openerp().fileOf(session);
      const [before, written] = [await files(), await stat(file, { bigint: true })];
      const { token } = await session.token();
      await session.token(token);
      await expect(new OpenERP7Session(openerp().url).token()).rejects.toMatchObject(EXPIRED_SESSION);
      expect(await files()).toEqual(before);
      expect((await stat(file, { bigint: true })).mtimeNs).toBe(written.mtimeNs);
    });

    it('knows no session without both of its keys', async () => {
      const { session } = await openerp().userWithToken('sina');
      const { sid, sessionId } = session;
      for (const [cookie, parameter] of [
        ['', sessionId],
        [sid, ''],
        [sid, 'f'.repeat(32)],
        ['f'.repeat(40), sessionId],
        [`../${sid}`, sessionId],
      ] as const) {
        session.sid = cookie;
        session.sessionId = parameter;
        await expect(session.token()).rejects.toMatchObject(EXPIRED_SESSION);
      }
      for (const session_id of [7, null, ['f'], { f: 1 }, 'saved_actions']) {
        const url = new URL('/web_socketio/token', openerp().url);
        const answer = postJson(url, { session_id }, { Cookie: `sid=${sid}` });
        await expect(answer).rejects.toMatchObject(EXPIRED_SESSION);
      }
    });

    it.each(['', '{', '[]', '7', '{"params": 7}', '{"params": [1]}', '\xff'])(
      'answers 400 to what is no JSON-RPC: %j',
      async (body) => {
        const headers = { 'Content-Type': 'application/json' };
        const { status } = await fetch(new URL('/web_socketio/token', openerp().url), {
          ...{ method: 'POST', headers, body },
        });
        expect(status).toBe(400);
      },
    );

    it.each([7, null, { a: 1 }, ['wsio_'], 'wsio_'])('takes %j for no token', async (token) => {
      const { session } = await openerp().userWithToken(`sven ${JSON.stringify(token)}`);
      const result = await session.post('/web_socketio/token', { token });
      expect(result).toMatchObject({ token: expect.stringMatching(/^wsio_[\w-]{43}$/) });
    });

    it('leaves every other request to OpenERP', async () => {
      const { status } = await fetch(new URL('/web_socketio/token', openerp().url));
      expect(status).toBe(404);
    });
  });

  describe('A log-out of OpenERP 7.0', () => {
    it('ends the tokens of its session in every server process, and announces it', async () => {
      const lea = await openerp().createUser('lea');
      const [session, other] = [await openerp().logIn(lea), await openerp().logIn(lea)];
      const tokens = [(await session.token()).token, (await session.token()).token];
      const kept = (await other.token()).token;
      const before = (await controlMessages(openerp())).length;
      await session.logOut();
      for (const token of tokens) expect(await readRow(openerp(), token)).toMatchObject({ ended: true });
      expect(await readRow(openerp(), kept)).toMatchObject({ ended: false });
      expect((await controlMessages(openerp())).slice(before)).toMatchObject([{ values: { type: 'ended' } }]);
      for (const url of [openerp().url, openerp().otherUrl]) {
        const same = session.at(url);
        expect(await same.uid()).toBe(false);
        await expect(same.token()).rejects.toMatchObject(EXPIRED_SESSION);
      }
    });

    it('is final although many renewals are on their way', async () => {
      const lars = await openerp().createUser('lars');
      for (let round = 0; round < ROUNDS; round += 1) {
        const session = await openerp().logIn(lars);
        const tabs = [session, session.at(openerp().otherUrl)];
        const { token } = await session.token();
        const renewals = Array.from({ length: RENEWALS }, (_, index) =>
          tabs[index % 2]?.token(index % 3 === 0 ? undefined : token).catch(() => undefined),
        );
        await session.logOut();
        const given = (await Promise.all(renewals)).flatMap((answer) => answer?.token ?? []);
        for (const one of [token, ...given]) {
          expect(await readRow(openerp(), one), `round ${round}`).toMatchObject({ ended: true });
        }
        for (const tab of tabs) expect(await tab.uid(), `round ${round}`).toBe(false);
      }
    });

    it('is final for pages even if another request of OpenERP brings the session back', async () => {
      const { user, session, token } = await openerp().userWithToken('lisbeth');
      const file = openerp().fileOf(session);
      const stored = await readFile(file);
      await session.logOut();
      // What a request does that began before and ends now.
      await writeFile(file, stored);
      await expect(session.token()).rejects.toMatchObject(EXPIRED_SESSION);
      await expect(session.token(token)).rejects.toMatchObject(EXPIRED_SESSION);
      expect(await session.uid()).toBe(user.uid);
    });

    it('does not keep its user from logging in again under the same keys', async () => {
      const { user, session, token } = await openerp().userWithToken('ludwig');
      const { sessionId } = session;
      await session.logOut();
      await session.logIn(openerp().database, user);
      expect(session.sessionId).toBe(sessionId);
      expect((await session.token(token)).token).not.toBe(token);
    });
  });
}
