import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { pressModuleButton } from '../support/openerp7/openerp7-modules.ts';

/** What `-i` and `-u` do, and what the web client is given then. */
export function installationCheck(openerp: () => OpenERP7): void {
  describe('The installation', () => {
    it('begins with a database that does not have the module, where pages are told so', async () => {
      const { database, admin } = openerp();
      expect(await openerp().sql("SELECT 1 FROM pg_class WHERE relname = 'web_socketio_session'")).toEqual(
        [],
      );
      const session = await openerp().logIn(admin);
      await expect(session.token()).rejects.toMatchObject({
        fault: 'odoo.exceptions.UserError',
        message: expect.stringContaining(`web_socketio is not installed in the database '${database}'`),
      });
      await session.logOut();
      expect(await session.uid()).toBe(false);
    });

    it('brings the addons that it needs, and those of 2013', async () => {
      await pressModuleButton(openerp(), 'web_socketio_demo', 'button_immediate_install');
      await pressModuleButton(openerp(), 'note_alert', 'button_immediate_install');
      const rows = await openerp().sql(
        "SELECT name FROM ir_module_module WHERE state = 'installed' AND name ~ '^(web_(socketio|longpolling)|note_)' ORDER BY 1",
      );
      expect(rows.map(({ name }) => name)).toEqual([
        'note_alert',
        'web_longpolling',
        'web_socketio',
        'web_socketio_demo',
      ]);
    });

    it('gives the web client JavaScript that its own minifier has left whole', async () => {
      const script = await fetch(new URL(`/web/webclient/js?db=${openerp().database}`, openerp().url));
      const text = await script.text();
      for (const addon of ['web_socketio', 'web_longpolling', 'web_socketio_demo', 'note_alert']) {
        expect(text).toMatch(new RegExp(`openerp\\.${addon} ?=`));
      }
      new Script(text);
    });

    it('is live in the other process, too, when a page asks that one for a token', async () => {
      // By RPC, OpenERP looks at the password before it looks for what other processes have changed.
      const session = await openerp().logIn(openerp().admin);
      expect(await session.at(openerp().otherUrl).token()).toMatchObject({ uid: openerp().admin.uid });
      await session.logOut();
    });

    it('may be repeated as an update, which keeps what is there', async () => {
      await openerp().sql(`INSERT INTO web_socketio_message (channel) VALUES ('kept')`);
      await pressModuleButton(openerp(), 'web_socketio', 'button_immediate_upgrade');
      expect(await openerp().sql(`SELECT 1 FROM web_socketio_message WHERE channel = 'kept'`)).toHaveLength(
        1,
      );
    });
  });
}
