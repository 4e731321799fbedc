import type { Series } from './odoo-series.ts';

export const odoo19: Series = {
  name: 'Odoo 19',
  folder: 'odoo19',
  options: { without_demo: 'True' },
  ready: /odoo\.registry: Registry loaded in/,
  isOwl: true,
  hasBus: true,
  hasLiveViews: true,
  dialect: {
    sessionId: /^[\w-]{84}$/,
    employee: { is_internal_user: true },
    unknownDatabase: 'odoo.exceptions.AccessError',
    takesBlankPasswords: false,
  },
  webClient: {
    path: '/odoo',
    connected:
      "odoo.loader.modules.get('@web_longpolling/longpolling_socket')?.longpolling_socket.connected === true",
    disconnect:
      "odoo.loader.modules.get('@web_longpolling/longpolling_socket').longpolling_socket.disconnect()",
    developerPath: '/odoo?debug=1',
    userMenu: '.o_user_menu button',
    stateItem: '[data-menu=web_socketio]',
    async openPhoneMenu(page) {
      await page.click('.o_mobile_menu_toggle');
    },
    // An addon that logs nobody out, loaded before ours.
    async changeUserMenu(page) {
      const remove = `odoo.define('test_menu', ['@web/core/registry', '@web/webclient/user_menu/user_menu_items'],
        (require) => require('@web/core/registry').registry.category('user_menuitems').remove('log_out'));`;
      await page.route('**/web/assets/**/*.js', async (route) => {
        const answer = await route.fetch();
        const body = (await answer.text()).replace(/odoo\.define\(['"]@web\//, (start) => remove + start);
        await route.fulfill({ response: answer, body });
      });
    },
    // A file of Odoo's addon mail that Debian's package leaves out, for its licence.
    knownErrors: /Could not get content for mail\/static\/lib\/selfie_segmentation/,
    success: '.o_notification_bar.bg-success',
    async notifications(page) {
      const texts = await page.locator('.o_notification_content').allInnerTexts();
      return texts.map((text) => text.trim());
    },
    async sendNotification(page, url, uid, subject, text) {
      await page.goto(`${url}/odoo/action-base.action_res_users/${uid}`);
      await page.click('.o_cp_action_menus button');
      await page.click('.o-dropdown-item:text("Send a notification")');
      await page.fill('.modal [name=subject] input', subject);
      await page.fill('.modal [name=text] textarea', text);
      await page.click('.modal [name=kind] .o_select_menu_toggler');
      await page.click('.o_select_menu_item:has-text("Success")');
      await page.check('.modal [name=sticky] input');
      await page.click('.modal button[name=action_send]');
    },
    async openTechnicalMenu(page, url, menu) {
      // The menus of before are shown until those of this mode have come.
      const menus = page.waitForResponse(/\/load_menus/);
      await page.goto(`${url}/odoo?debug=1`);
      await (await menus).finished();
      await page.goto(`${url}/odoo?debug=1`);
      await page.click('.o_navbar_apps_menu button');
      await page.click('.o-dropdown--menu [data-menu-xmlid="base.menu_administration"]');
      await page.click('.o_menu_sections [data-menu-xmlid="base.menu_custom"]');
      await page.click(`.o-dropdown--menu [data-menu-xmlid="${menu}"]`);
    },
    deleteButton: 'button[name=action_delete]',
    rows: '.o_list_view tr.o_data_row',
    // As a form does whose record is of a company that is not shown.
    showCompanies:
      "odoo.loader.modules.get('@web/core/user').user.activateCompanies([1, 2], { reload: false })",
    async logOut(page) {
      await page.click('.o_user_menu button');
      await Promise.all([page.waitForURL(/\/web\/login/), page.click('[data-menu=logout]')]);
    },
  },
};
