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

    return { longpolling_socket, longpollingSocketService };
  },
);
