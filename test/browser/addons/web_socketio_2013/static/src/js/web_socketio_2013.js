// biome-ignore-all lint: written as addons were in 2013. It must work unchanged, so it stays as it is.
openerp.web_socketio_2013 = function (instance) {
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
      instance.web.longpolling_socket.on('news', function (text, details) {
        heard_in_2013.push('news: ' + text + ', ' + details.number);
      });
      var socket = new instance.web.SocketIO('/2013');
      socket.on('connect', function () {
        heard_in_2013.push('connected: ' + socket.connected);
        socket.emit('hello', 2013);
      });
      socket.add_reconnect_method(function () {
        heard_in_2013.push('connected again');
      });
      socket.add_disconnect_method(function () {
        heard_in_2013.push('disconnected: ' + socket.connected);
      });
    },
    // Called while the application is being shown.
    update_logo: function () {
      this._super.apply(this, arguments);
      socket_with_logo_2013 = instance.web.longpolling_socket !== null;
    },
    on_logout: function () {
      this._super();
      // What is in the window's name outlives the document.
      window.name = 'connected at log-out: ' + instance.web.longpolling_socket.connected;
    },
  });
};
