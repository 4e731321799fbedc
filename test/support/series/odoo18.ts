import type { Series } from './odoo-series.ts';
import { odoo14 } from './odoo14.ts';
import { odoo19 } from './odoo19.ts';

export const odoo18: Series = {
  name: 'Odoo 18',
  folder: 'odoo18',
  options: { without_demo: 'all' },
  ready: /odoo\.modules\.registry: Registry loaded in/,
  isOwl: true,
  hasBus: true,
  hasLiveViews: true,
  dialect: odoo19.dialect,
  webClient: {
    ...odoo19.webClient,
    knownErrors: /^$/,
    notifications: odoo14.webClient.notifications,
    success: odoo19.webClient.success,
    showCompanies: "void (document.cookie = 'cids=1-2; path=/', location.href = '/odoo')",
    async sendNotification(page, url, uid, subject, text) {
      await page.goto(`${url}/odoo/action-base.action_res_users/${uid}`);
      await page.click('.o_cp_action_menus button');
      await page.click('.o-dropdown-item:text("Send a notification")');
      await page.fill('.modal [name=subject] input', subject);
      await page.fill('.modal [name=text] textarea', text);
      await page.selectOption('.modal [name=kind] select', { label: 'Success' });
      await page.check('.modal [name=sticky] input');
      await page.click('.modal button[name=action_send]');
    },
  },
};
