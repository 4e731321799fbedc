import type { Series } from './odoo-series.ts';

export const odoo14: Series = {
  name: 'Odoo 14',
  folder: 'odoo14',
  options: { without_demo: 'all' },
  ready: /odoo\.modules\.loading: Modules loaded\./,
  isOwl: false,
  hasBus: false,
  hasLiveViews: false,
  dialect: {
    sessionId: /^[0-9a-f]{40}$/,
    employee: {},
    unknownDatabase: 'psycopg2.OperationalError',
    takesBlankPasswords: true,
  },
  webClient: {
    path: '/web',
    connected: "odoo.__DEBUG__.services['web_longpolling.socket']?.connected === true",
    disconnect: "odoo.__DEBUG__.services['web_longpolling.socket'].disconnect()",
    developerPath: '/web?debug=1',
    userMenu: '.o_user_menu > a',
    stateItem: '.o_web_socketio_state',
    async openPhoneMenu(page) {
      await page.click('.o_user_menu > a');
    },
    // A theme with a template of its own.
    async changeUserMenu(page) {
      await page.route('**/web/webclient/qweb/**', async (route) => {
        const answer = await route.fetch();
        const body = (await answer.text()).replaceAll('o_user_menu', 'theme_user_menu');
        await route.fulfill({ response: answer, body });
      });
    },
    // Its own, at each log-out.
    knownErrors: /Promise resolver undefined is not a function/,
    success: '.o_notification.bg-success',
    notifications(page) {
      return page.locator('.o_notification').evaluateAll((notifications) =>
        notifications.map((notification) =>
          ['.o_notification_title', '.o_notification_content']
            .map((part) => notification.querySelector(part)?.textContent?.trim() ?? '')
            .filter((part) => part !== '')
            .join('. '),
        ),
      );
    },
    async sendNotification(page, url, uid, subject, text) {
      await page.goto(`${url}/web#id=${uid}&model=res.users&view_type=form&action=base.action_res_users`);
      await page.click('.o_cp_action_menus button:has-text("Action")');
      await page.click('.o_menu_item:has-text("Send a notification")');
      await page.fill('.modal input[name=subject]', subject);
      await page.fill('.modal textarea[name=text]', text);
      await page.selectOption('.modal select[name=kind]', { label: 'Success' });
      // Bootstrap draws the box beside the real one, which only the keyboard reaches.
      await page.press('.modal [name=sticky] input', 'Space');
      await page.click('.modal button[name=action_send]');
    },
    async openTechnicalMenu(page, url, menu) {
      await page.goto(`${url}/web?debug=1`);
      await page.click('.o_menu_apps [data-toggle=dropdown]');
      await page.click('.o_menu_apps [data-menu-xmlid="base.menu_administration"]');
      await page.click('.o_menu_sections [data-menu-xmlid="base.menu_custom"]');
      await page.click(`.o_menu_sections [data-menu-xmlid="${menu}"]`);
    },
    deleteButton: 'button[name=ask]',
    rows: '.o_list_view tr.o_data_row',
    showCompanies: "odoo.__DEBUG__.services['web.session'].setCompanies(1, [1, 2])",
    async logOut(page) {
      await page.click('.o_user_menu > a');
      await Promise.all([page.waitForURL(/\/web\/login/), page.click('[data-menu=logout]')]);
    },
  },
};
