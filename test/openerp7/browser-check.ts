import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chromium, openChromium } from '../support/browser/chromium.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { OpenERP7Client } from '../support/openerp7/openerp7-client.ts';
import { OpenERP7Sidecar } from '../support/openerp7/openerp7-sidecar.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../.cache/screenshots', import.meta.url));

/** The web client of OpenERP 7.0 with the built sidecar. */
export function browserCheck(openerp: () => OpenERP7): void {
  describe('The web client of OpenERP 7.0', () => {
    let sidecar: OpenERP7Sidecar;
    let chromium: Chromium;
    let anna: OdooUser;
    let admin: OpenERP7Client;
    let tab: OpenERP7Client;
    let otherTab: OpenERP7Client;

    const set = (key: string, value: string) =>
      openerp().execute(openerp().admin, 'ir.config_parameter', 'set_param', [key, value]);
    const alert = async (text: string, method = 'send') => {
      const values = { user_id: anna.uid, text };
      const id = await openerp().execute(openerp().admin, 'note.alert', 'create', [values]);
      return await openerp().execute(openerp().admin, 'note.alert', method, [[id]]);
    };

    beforeAll(async () => {
      sidecar = await OpenERP7Sidecar.make(openerp());
      await sidecar.start();
      await set('web_socketio.url', sidecar.url);
      chromium = await openChromium();
      anna = await openerp().createUser('anna');
      admin = await OpenERP7Client.logIn(chromium, openerp(), openerp().admin);
      tab = await OpenERP7Client.logIn(chromium, openerp(), anna);
      otherTab = await tab.openTab();
    });
    afterAll(async () => {
      await chromium?.close();
      await sidecar?.remove();
      await set('web_socketio.url', '');
    });

    it('shows in every tab of the recipient, and nowhere else, what is sent from the form of a user', async () => {
      await admin.openUser(openerp(), anna);
      const { page } = admin;
      await page.click('.oe_sidebar button:has-text("More"):visible');
      await page.click('.oe_sidebar a:has-text("Send a notification"):visible');
      const dialog = page.locator('.ui-dialog:visible');
      await dialog.getByLabel('Subject').fill('Lunch');
      await dialog.locator('.oe_form_field_text textarea').fill('The pizza <b>has arrived</b>.');
      await dialog.locator('.oe_form_field_boolean input').check();
      await dialog.getByText('Send', { exact: true }).click();
      for (const client of [tab, otherTab]) await client.waitForNotification('Lunch');
      for (const client of [tab, otherTab]) {
        expect(await client.notifications()).toEqual([
          expect.stringMatching(/Lunch\s+The pizza <b>has arrived<\/b>\./),
        ]);
      }
      await page.waitForSelector('.ui-dialog', { state: 'detached' });
      expect(await admin.notifications()).toEqual([]);
      await mkdir(SCREENSHOTS, { recursive: true });
      await tab.page.screenshot({ path: join(SCREENSHOTS, 'openerp7.png') });
    });

    it('runs the JavaScript of an addon of 2013 unchanged', async () => {
      await alert('tea is ready');
      await tab.waitForNotification('TEA IS READY');
      await otherTab.waitForNotification('TEA IS READY');
      expect((await admin.notifications()).join()).not.toContain('TEA');
    });

    it('never shows what is rolled back', async () => {
      await expect(alert('never seen', 'send_and_fail')).rejects.toThrow('It failed');
      await alert('seen');
      await tab.waitForNotification('SEEN');
      expect((await tab.notifications()).join()).not.toContain('NEVER');
    });

    it('tells an addon of 2013 when its socket is lost and when it is back', async () => {
      const counts = () =>
        tab.page.evaluate<unknown>(
          '(({ reconnects, disconnects }) => ({ reconnects, disconnects }))(openerp.instances.instance0.webclient.note_socket)',
        );
      expect(await counts()).toEqual({ reconnects: 0, disconnects: 0 });
      await sidecar.stop();
      await expect.poll(counts).toEqual({ reconnects: 0, disconnects: 1 });
      await alert('sent meanwhile');
      await sidecar.start();
      await tab.waitForNotification('SENT MEANWHILE');
      await expect.poll(counts).toEqual({ reconnects: 1, disconnects: 1 });
      await admin.ready();
      await otherTab.ready();
    });

    it('loses its socket when an administrator changes the password', async () => {
      const berta = await openerp().createUser('berta');
      const client = await OpenERP7Client.logIn(chromium, openerp(), berta);
      const values = { password: 'another password' };
      await openerp().execute(openerp().admin, 'res.users', 'write', [[berta.uid], values]);
      await expect.poll(() => client.isConnected()).toBe(false);
    });

    it('logs out for good: no tab keeps its socket, and the session stays dead', async () => {
      const session = await tab.session(openerp());
      expect(await session.uid()).toBe(anna.uid);
      await tab.logOut();
      await expect.poll(() => otherTab.isConnected()).toBe(false);
      expect(await session.uid()).toBe(false);
    });

    it('has logged no error', () => {
      // The sidecar was away for a while. OpenERP has no icon, and shows apps of a server that is no more.
      const expected = /socket\.io|ERR_CONNECTION_REFUSED|favicon\.ico|apps\.openerp\.com/;
      const errors = [admin, tab, otherTab].flatMap((client) => client.errors);
      expect(errors.filter((error) => !expected.test(error))).toEqual([]);
    });
  });
}
