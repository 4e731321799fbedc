import { rm, stat } from 'node:fs/promises';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Chromium, openChromium } from '../support/browser/chromium.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { OpenERP7Client } from '../support/openerp7/openerp7-client.ts';
import { OpenERP7Sidecar } from '../support/openerp7/openerp7-sidecar.ts';

const LIFETIME = 'web_socketio.token_lifetime';

/** What ends sockets that no log-out ends, and what does not: the sidecar looks after its pages by itself. */
export function pauseCheck(openerp: () => OpenERP7): void {
  describe('Sockets in OpenERP 7.0', () => {
    let sidecar: OpenERP7Sidecar;
    let chromium: Chromium;
    const set = (key: string, value: string) =>
      openerp().execute(openerp().admin, 'ir.config_parameter', 'set_param', [key, value]);

    beforeAll(async () => {
      sidecar = await OpenERP7Sidecar.make(openerp());
      await sidecar.start();
      await set('web_socketio.url', sidecar.url);
      chromium = await openChromium();
    });
    afterAll(async () => {
      await chromium?.close();
      await sidecar?.remove();
      await set('web_socketio.url', '');
      await set(LIFETIME, '');
    });

    it('go on without a request of the page, which would keep its session from growing old', async () => {
      await set(LIFETIME, '60');
      const client = await OpenERP7Client.logIn(chromium, openerp(), await openerp().createUser('ida idle'));
      const session = await client.session(openerp());
      const requests: string[] = [];
      client.page.on('request', (request) => requests.push(request.url()));
      const written = await stat(openerp().fileOf(session), { bigint: true });
      const row = async () => {
        const [first] = await openerp().sql(
          `SELECT extract(epoch FROM expires)::float AS expires FROM web_socketio_session
             WHERE uid = (SELECT id FROM res_users WHERE login = 'ida idle') AND ended IS NULL`,
        );
        return Number(first?.['expires']);
      };
      const begun = await row();
      // By then the token that the page got has been over for a while.
      await expect.poll(row, { timeout: 110_000, interval: 1_000 }).toBeGreaterThan(begun + 75);
      expect(await client.isConnected()).toBe(true);
      expect(requests.filter((url) => url.startsWith(openerp().url))).toEqual([]);
      expect((await stat(openerp().fileOf(session), { bigint: true })).mtimeNs).toBe(written.mtimeNs);
      await set(LIFETIME, '');
    });

    it('end in a minute when the session is gone, which nobody told', async () => {
      const client = await OpenERP7Client.logIn(chromium, openerp(), await openerp().createUser('gina gone'));
      const session = await client.session(openerp());
      const isConnected = async () => {
        // Again and again: a request of the web client that is on its way writes it back.
        await rm(openerp().fileOf(session), { force: true });
        return await client.isConnected();
      };
      await expect.poll(isConnected, { timeout: 70_000, interval: 500 }).toBe(false);
    });

    it('are away while another user has the session of the page, and come back with its own', async () => {
      const [owner, guest] = [
        await openerp().createUser('olga owner'),
        await openerp().createUser('gus guest'),
      ];
      const client = await OpenERP7Client.logIn(chromium, openerp(), owner);
      const session = await client.session(openerp());
      const asked = client.page.waitForRequest('**/web_socketio/token');
      await session.logIn(openerp().database, guest);
      // Of a session that was gone, OpenERP could not tell whose it was.
      expect((await asked).postDataJSON()).toMatchObject({ params: { db: openerp().database } });
      await expect.poll(() => client.isConnected()).toBe(false);
      await session.logIn(openerp().database, owner);
      // Somebody is there again.
      const isBack = async () => {
        await client.page.keyboard.press('Shift');
        return await client.isConnected();
      };
      await expect.poll(isBack, { interval: 500 }).toBe(true);
    });

    it('of a script begin with the two keys of a session, which is not written, and end with it', async () => {
      const user = await openerp().createUser('sally script');
      const session = await openerp().logIn(user);
      const { sid, sessionId: session_id } = session;
      const written = await stat(openerp().fileOf(session), { bigint: true });
      const auth = { db: openerp().database, session_id, sid };
      const socket = io(`${sidecar.url}/longpolling`, { auth, forceNew: true, reconnection: false });
      onTestFinished(() => void socket.close());
      expect(await socket.timeout(20_000).emitWithAck('note echo', 'hello', 7)).toEqual(['hello', 7]);
      expect((await stat(openerp().fileOf(session), { bigint: true })).mtimeNs).toBe(written.mtimeNs);
      const ended = new Promise((resolve) => socket.once('disconnect', resolve));
      await session.logOut();
      await ended;
    });
  });
}
