import { SENDER, sendTestMessage, TEST_MESSAGE } from './test-message.ts';

odoo.define(
  '@web_longpolling/longpolling_socket',
  ['@web/core/registry', '@web_socketio/socketio'],
  (require) => {
    const { registry } = require('@web/core/registry');
    const { SocketIO } = require('@web_socketio/socketio');

    // It exists from here on, for code outside of services, but connects when all services have started.
    const longpolling_socket = new SocketIO('/longpolling');
    const longpollingSocketService: Odoo.Service = {
      dependencies: ['web_socketio'],
      start: () => longpolling_socket,
    };
    registry.category('services').add('longpolling_socket', longpollingSocketService);

    // Not awaited: whoever waits for it can go on using the web client.
    registry.category('actions').add(TEST_MESSAGE, ({ services: { orm, notification } }) => {
      const send = (tag: string) => orm.call(...SENDER, [tag]);
      void sendTestMessage({ socket: longpolling_socket, send }).then(({ arrived, text }) =>
        notification.add(text, {
          title: 'Test Message',
          type: arrived ? 'success' : 'danger',
          sticky: !arrived,
        }),
      );
    });

    return { longpolling_socket, longpollingSocketService };
  },
);
