import { DEMO_NOTIFICATION, type DemoNotification } from './demo-notification.ts';

odoo.define('@web_socketio_demo/notification', ['@web/core/registry'], (require) => {
  const { registry } = require('@web/core/registry');

  const demoService: Odoo.Service = {
    dependencies: ['longpolling_socket', 'notification'],
    start: (_env, { longpolling_socket, notification }) => {
      longpolling_socket.on(DEMO_NOTIFICATION, (notifications: DemoNotification[]) => {
        for (const { subject, text, kind, sticky } of notifications) {
          notification.add(text, { title: subject, type: kind, sticky });
        }
      });
    },
  };
  registry.category('services').add('web_socketio_demo', demoService);

  return { demoService };
});
