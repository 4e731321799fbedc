import { describe, expect, it } from 'vitest';
import { OdooSession } from '../support/odoo/odoo-session.ts';
import { controlMessages, readRow } from '../support/postgres/session-rows.ts';
import type { Dialect } from './dialect.ts';
import { ACCESS_ERROR, DENIED, EXPIRED_SESSION, type GetServer, userWithToken } from './openerp-server.ts';

/** Log-in and log-out, by the routes that a browser uses. */
export function sessionContract(server: GetServer, dialect: Dialect): void {
  describe('A session', () => {
    it('begins with login and password, and tells who it is', async () => {
      const user = await server().createUser('simon');
      const session = await server().logIn(user);
      expect(session.sessionId).toMatch(dialect.sessionId);
      expect(await session.post('/web/session/get_session_info', {})).toMatchObject({
        uid: user.uid,
        db: server().database,
        name: 'simon',
        username: 'simon',
        is_system: false,
        ...dialect.employee,
        user_context: { lang: 'en_US', uid: user.uid },
      });
    });

    it('does not begin with a wrong password, a wrong login, or in another database', async () => {
      const { login, password } = await server().createUser('wanda');
      await expect(server().logIn({ login, password: 'wrong' })).rejects.toMatchObject(DENIED);
      await expect(server().logIn({ login: 'nobody', password })).rejects.toMatchObject(DENIED);
      const session = new OdooSession(server().url);
      await expect(session.logIn('no_such_database', { login, password })).rejects.toMatchObject({
        fault: dialect.unknownDatabase,
      });
    });

    it('does not begin for a user who is not active', async () => {
      const user = await server().createUser('ida');
      await server().sql('UPDATE res_users SET active = false WHERE id = $1', [user.uid]);
      await expect(server().logIn(user)).rejects.toMatchObject(DENIED);
    });

    it.each(['/web/session/get_session_info', '/web/session/destroy', '/web_socketio/token'])(
      'is needed for %s',
      async (path) => {
        const session = new OdooSession(server().url);
        await expect(session.post(path, {})).rejects.toMatchObject(EXPIRED_SESSION);
        session.sessionId = 'a'.repeat(84);
        await expect(session.post(path, {})).rejects.toMatchObject(EXPIRED_SESSION);
      },
    );

    it('calls models with the rights of its user', async () => {
      const user = await server().createUser('klara');
      const session = await server().logIn(user);
      expect(await session.call('res.users', 'read', [[user.uid], ['login']])).toEqual([
        { id: user.uid, login: 'klara' },
      ]);
      await expect(session.call('ir.config_parameter', 'search_read')).rejects.toMatchObject(ACCESS_ERROR);
    });
  });

  describe('The end of a session', () => {
    it('is written to all its tokens at logout, and announced', async () => {
      const lea = await server().createUser('lea');
      const [session, other] = [await server().logIn(lea), await server().logIn(lea)];
      const tokens = [(await session.token()).token, (await session.token()).token];
      const kept = (await other.token()).token;
      const before = (await controlMessages(server())).length;
      await session.logOut();
      for (const token of tokens) expect(await readRow(server(), token)).toMatchObject({ ended: true });
      expect(await readRow(server(), kept)).toMatchObject({ ended: false });
      const [message, ...more] = (await controlMessages(server())).slice(before);
      expect(message).toMatchObject({ values: { type: 'ended', session_hash: expect.any(String) } });
      expect(more).toEqual([]);
    });

    it('is written at the logout by a link, too', async () => {
      const { session, token } = await userWithToken(server(), 'lina');
      const url = new URL('/web/session/logout', server().url);
      const { status } = await fetch(url, { headers: session.headers, redirect: 'manual' });
      expect(status).toBe(303);
      expect(await readRow(server(), token)).toMatchObject({ ended: true });
    });

    it('leaves nothing that its cookie could do', async () => {
      const { session } = await userWithToken(server(), 'lotta');
      const { sessionId } = session;
      await session.logOut();
      session.sessionId = sessionId;
      await expect(session.token()).rejects.toMatchObject(EXPIRED_SESSION);
      await expect(session.post('/web/session/get_session_info', {})).rejects.toMatchObject(EXPIRED_SESSION);
    });
  });

  describe('A changed password', () => {
    it('makes a proof due for all sessions, which none can give: Odoo ends even the one that changed it', async () => {
      const paul = await server().createUser('paul');
      const [changer, other] = [await server().logIn(paul), await server().logIn(paul)];
      const tokens = [(await changer.token()).token, (await other.token()).token];
      const before = (await controlMessages(server())).length;
      await changer.call('res.users', 'change_password', [paul.password, 'another password']);
      for (const token of tokens) expect(await readRow(server(), token)).toMatchObject({ due: true });
      expect((await controlMessages(server())).slice(before)).toEqual([
        { uid: paul.uid, values: { type: 'proof_due', uid: paul.uid } },
      ]);
      await expect(changer.token(tokens[0])).rejects.toMatchObject(EXPIRED_SESSION);
      await expect(other.token(tokens[1])).rejects.toMatchObject(EXPIRED_SESSION);
    });

    it('opens new sessions, and the one before it none', async () => {
      const paula = await server().createUser('paula');
      const session = await server().logIn(paula);
      await session.call('res.users', 'change_password', [paula.password, 'another password']);
      await expect(server().logIn(paula)).rejects.toMatchObject(DENIED);
      await server().logIn({ login: 'paula', password: 'another password' });
    });

    it('needs the one before it', async () => {
      const user = await server().createUser('petra');
      const session = await server().logIn(user);
      const change = session.call('res.users', 'change_password', ['wrong', 'another']);
      await expect(change).rejects.toMatchObject(DENIED);
      await session.token();
    });

    if (!dialect.takesBlankPasswords) {
      it('is not empty', async () => {
        const user = await server().createUser('patrick');
        const session = await server().logIn(user);
        const change = session.call('res.users', 'change_password', [user.password, ' ']);
        await expect(change).rejects.toMatchObject({ fault: 'odoo.exceptions.UserError' });
        await session.token();
      });
    }

    it.each(["password = 'x'", 'active = false', "login = 'renamed'"])(
      'is seen by the route although SQL changed it behind the back of OpenERP: %s',
      async (assignment) => {
        const { user, session, token } = await userWithToken(server(), `sql-${assignment.slice(0, 4)}`);
        await server().sql(`UPDATE res_users SET ${assignment} WHERE id = $1`, [user.uid]);
        await expect(session.token(token)).rejects.toMatchObject(EXPIRED_SESSION);
        expect(await readRow(server(), token)).toMatchObject({ due: true, ended: true });
      },
    );

    it('is not what a change of anything else of a user is', async () => {
      const { user, token } = await userWithToken(server(), 'nora');
      const admin = await server().logIn(server().admin);
      await admin.call('res.users', 'write', [[user.uid], { name: 'Nora', login: 'nora' }]);
      expect(await readRow(server(), token)).toMatchObject({ due: false });
    });
  });
}
