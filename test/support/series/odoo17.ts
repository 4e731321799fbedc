import type { Series } from './odoo-series.ts';
import { odoo18 } from './odoo18.ts';

export const odoo17: Series = {
  ...odoo18,
  name: 'Odoo 17',
  folder: 'odoo17',
  dialect: { ...odoo18.dialect, sessionId: /^[0-9a-f]{40}$/ },
  webClient: {
    ...odoo18.webClient,
    path: '/web',
    showCompanies: "void (document.cookie = 'cids=1-2; path=/', location.href = '/web')",
    success: '.o_notification.border-success',
    async sendNotification(page, url, uid, subject, text) {
      await page.goto(`${url}/web#id=${uid}&model=res.users&view_type=form&action=base.action_res_users`);
      await page.click('.o_cp_action_menus button');
      await page.click('.o-dropdown--menu .o_menu_item:has-text("Send a notification")');
      await page.fill('.modal [name=subject] input', subject);
      await page.fill('.modal [name=text] textarea', text);
      await page.selectOption('.modal [name=kind] select', { label: 'Success' });
      await page.check('.modal [name=sticky] input');
      await page.click('.modal button[name=action_send]');
    },
  },
};
