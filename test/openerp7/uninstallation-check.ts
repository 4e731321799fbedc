import { describe, expect, it } from 'vitest';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { pressModuleButton, readCatalog } from '../support/openerp7/openerp7-modules.ts';

/** What `button_immediate_uninstall` leaves. */
export function uninstallationCheck(openerp: () => OpenERP7): void {
  describe('The uninstallation', () => {
    it('of an addon that needs the module removes nothing of the module', async () => {
      await pressModuleButton(openerp(), 'note_alert', 'button_immediate_uninstall');
      expect(await readCatalog(openerp())).toContain('relation r web_socketio_message');
    });

    it('leaves nothing of ours in the database, and users can be changed', async () => {
      await pressModuleButton(openerp(), 'web_socketio', 'button_immediate_uninstall');
      expect((await readCatalog(openerp())).filter((entry) => /socketio/.test(entry))).toEqual([]);
      const user = await openerp().createUser('last');
      const session = await openerp().logIn(user);
      await expect(session.token()).rejects.toMatchObject({ fault: 'odoo.exceptions.UserError' });
      await session.logOut();
    });
  });
}
