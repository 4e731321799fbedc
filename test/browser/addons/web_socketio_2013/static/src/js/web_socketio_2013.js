// biome-ignore-all lint: an addon of 2013.
// Written as addons were in 2013: it must work unchanged, so it stays as it is.
openerp.web_socketio_2013 = (instance) => {
  heard_in_2013 = []; // without var, which is an error where the code is strict

  instance.web_socketio_2013.Counter = instance.web.SocketIO.extend({
    init: function (namespace) {
      this.count = 0;
      this._super(namespace);
    },
    on: function (event, callback) {
      this.count += 1;
      return this._super(event, callback);
    },
  });

  instance.web.WebClient.include({
    show_application: function () {
      this._super.apply(this, arguments);
      instance.web.longpolling_socket.on('news', (text, details) => {
        heard_in_2013.push('news: ' + text + ', ' + details.number);
      });
      var socket = new instance.web.SocketIO('/2013');
      socket.on('connect', () => {
        heard_in_2013.push('connected: ' + socket.connected);
        socket.emit('hello', 2013);
      });
      socket.add_reconnect_method(() => {
        heard_in_2013.push('connected again');
      });
      socket.add_disconnect_method(() => {
        heard_in_2013.push('disconnected: ' + socket.connected);
      });
    },
    on_logout: function () {
      this._super();
      // What is in the window's name outlives the document.
      window.name = 'connected at log-out: ' + instance.web.longpolling_socket.connected;
    },
  });
};
