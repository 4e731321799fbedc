import { registry } from '@web/core/registry';

registry.category('services').add('web_socketio_test_python', {
  dependencies: ['longpolling_socket', 'notification'],
  start(_env, { longpolling_socket, notification }) {
    longpolling_socket.on('web_socketio_test_python.news', (news) => {
      for (const { text } of news) notification.add(text, { sticky: true });
    });
  },
});
