interface DemoNotification {
  subject: string;
  text: string;
  kind: 'info' | 'success' | 'warning' | 'danger';
  sticky: boolean;
}

odoo.define('@web_socketio_demo/notification', ['@web/core/registry'], (require) => {
  const { registry } = require('@web/core/registry');

  const demoService: Odoo.Service = {
    dependencies: ['longpolling_socket', 'notification'],
    start: (_env, { longpolling_socket, notification }) => {
      longpolling_socket.on('web_socketio_demo.notification', (notifications: DemoNotification[]) => {
        for (const { subject, text, kind, sticky } of notifications) {
          notification.add(text, { title: subject, type: kind, sticky });
        }
      });
    },
  };
  registry.category('services').add('web_socketio_demo', demoService);

  return { demoService };
});
