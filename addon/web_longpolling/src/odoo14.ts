odoo.define('web_longpolling.socket', ['web_socketio.SocketIO'], (require) => {
  const SocketIO = require('web_socketio.SocketIO');
  return new SocketIO('/longpolling');
});
