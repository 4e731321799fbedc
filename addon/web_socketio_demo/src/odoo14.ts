import { DEMO_NOTIFICATION, type DemoNotification } from './demo-notification.ts';

odoo.define('web_socketio_demo.notification', ['web.env', 'web_longpolling.socket'], (require) => {
  const { services } = require('web.env');
  const longpolling_socket = require('web_longpolling.socket');

  longpolling_socket.on(DEMO_NOTIFICATION, (notifications: DemoNotification[]) => {
    for (const { subject, text, kind, sticky } of notifications) {
      // Odoo 14 draws both as HTML.
      services.notification.notify({
        title: _.escape(subject),
        message: _.escape(text),
        type: kind,
        sticky,
      });
    }
  });

  return {};
});
