import { companiesOf } from './companies.ts';
import { SocketIO } from './socketio.ts';
import { tokenRoute } from './token/token-route.ts';
import { WebClientPage } from './web-client-page.ts';

const USER_MENU = '@web/webclient/user_menu/user_menu_items';

odoo.define('@web_socketio/socketio', ['@web/core/registry', USER_MENU], (require) => {
  const { registry } = require('@web/core/registry');
  let services: Odoo.KnownServices = {};
  // Not a dependency: Odoo 16 and 17 have a service instead.
  const userModule = () => odoo.loader?.modules.get('@web/core/user');
  const user = () => services.user ?? userModule()?.user;
  const page = new WebClientPage(tokenRoute('/web_socketio/token', () => companiesOf(user()?.context)));

  class PageSocketIO extends SocketIO {
    constructor(namespace: string) {
      super(namespace, page);
    }
  }

  registry.category('services').add('web_socketio', {
    start: (env) => {
      services = env.services;
      // Odoo 19 takes companies up without loading the page anew. All others do load it.
      userModule()?.userBus?.addEventListener('ACTIVE_COMPANIES_CHANGED', () => page.renew());
      // Not awaited: services only count as ready when this one has returned.
      if (env.isReady) env.isReady.then(page.start, () => undefined);
      else env.bus.addEventListener('WEB_CLIENT_READY', page.start);
      return { SocketIO: PageSocketIO };
    },
  });

  const menu = registry.category('user_menuitems');
  const logOut = menu.get('log_out');
  const endAndLogOut = (env: Odoo.Env): Odoo.UserMenuItem => {
    const item = logOut(env);
    const callback = () => {
      page.end('logout');
      return item.callback();
    };
    return { ...item, callback };
  };
  menu.add('log_out', endAndLogOut, { force: true });

  return { SocketIO: PageSocketIO };
});
