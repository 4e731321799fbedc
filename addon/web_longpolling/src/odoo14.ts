import { SENDER, sendTestMessage, TEST_MESSAGE } from './test-message.ts';

odoo.define('web_longpolling.socket', ['web_socketio.SocketIO'], (require) => {
  const SocketIO = require('web_socketio.SocketIO');
  return new SocketIO('/longpolling');
});

odoo.define(
  'web_longpolling.test_message',
  ['web.core', 'web.env', 'web.rpc', 'web_longpolling.socket'],
  (require) => {
    const { services } = require('web.env');
    const { query } = require('web.rpc');
    const socket = require('web_longpolling.socket');

    require('web.core').action_registry.add(TEST_MESSAGE, () => {
      const [model, method] = SENDER;
      const send = (tag: string) => query({ model, method, args: [tag] });
      void sendTestMessage({ socket, send }).then(({ arrived, text }) =>
        services.notification.notify({
          title: 'Test Message',
          message: _.escape(text),
          type: arrived ? 'success' : 'danger',
          sticky: !arrived,
        }),
      );
    });

    return {};
  },
);
