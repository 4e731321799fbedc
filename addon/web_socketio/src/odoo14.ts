import './odoo14-ask.ts';
import { companiesOf } from './companies.ts';
import { RecordedPage } from './recorded-page.ts';
import { SocketIO } from './socketio.ts';
import { addStateItem } from './state/state-item-odoo14.ts';
import { tokenRoute } from './token/token-route.ts';

// `web.framework` registers the action that is replaced below.
const NEEDED = ['web.core', 'web.Dialog', 'web.framework', 'web.session'] as const;

odoo.define('web_socketio.SocketIO', [...NEEDED], (require) => {
  const { action_registry, bus } = require('web.core');
  const session = require('web.session');
  const page = new RecordedPage(tokenRoute('/web_socketio/token', () => companiesOf(session.user_context)));

  if (odoo.isReady) page.start();
  else bus.on('web_client_ready', null, page.start);

  const logOut = action_registry.get('logout');
  action_registry.add('logout', (...args) => {
    page.end('logout');
    return logOut(...args);
  });

  if (odoo.debug) addStateItem(page, require('web.Dialog'));

  return class PageSocketIO extends SocketIO {
    constructor(namespace: string) {
      super(namespace, page);
    }
  };
});
