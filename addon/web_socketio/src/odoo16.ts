import { companiesOf } from './companies.ts';
import { RecordedPage } from './recorded-page.ts';
import { SocketIO } from './socketio.ts';
import { detailsOf, lineOf } from './state/connection-text.ts';
import { copierOf } from './state/copier.ts';
import { tokenRoute } from './token/token-route.ts';

const USER_MENU = '@web/webclient/user_menu/user_menu_items';
const DIALOG = '@web/core/confirmation_dialog/confirmation_dialog';

odoo.define('@web_socketio/socketio', ['@web/core/registry', USER_MENU, DIALOG], (require) => {
  const { registry } = require('@web/core/registry');
  let services: Odoo.KnownServices = {};
  // Not a dependency: Odoo 16 and 17 have a service instead.
  const userModule = () => odoo.loader?.modules.get('@web/core/user');
  const user = () => services.user ?? userModule()?.user;
  const page = new RecordedPage(tokenRoute('/web_socketio/token', () => companiesOf(user()?.context)));

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
  // An addon may have taken it out of the menu.
  if (menu.contains('log_out')) {
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
  }

  const showState = ({ services: { dialog, notification } }: Odoo.Env) => {
    const body = detailsOf(page.state);
    const copy = copierOf(body);
    const copyAndSay = async () => {
      const isCopied = await copy?.();
      const [text, type] = isCopied ? (['Copied', 'success'] as const) : (['Not copied', 'danger'] as const);
      notification.add(text, { type });
    };
    const close = { cancel: () => undefined, cancelLabel: 'Close' };
    const buttons = copy
      ? { confirm: copyAndSay, confirmLabel: 'Copy', ...close }
      : { confirmLabel: 'Close' };
    dialog.add(require(DIALOG).ConfirmationDialog, { title: 'Real time', body, ...buttons });
  };
  // Above the preferences. Odoo asks for the item each time it shows the menu.
  const stateItem = (env: Odoo.Env): Odoo.UserMenuItem => ({
    ...{ type: 'item', id: 'web_socketio', sequence: 45 },
    description: lineOf(page.state),
    callback: () => showState(env),
  });
  if (odoo.debug) menu.add('web_socketio', stateItem);

  return { SocketIO: PageSocketIO };
});
