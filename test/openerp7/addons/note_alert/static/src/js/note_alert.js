// biome-ignore-all lint: written as addons were in 2013. It must work unchanged, so it stays as it is.
openerp.note_alert = function (instance) {
  instance.web.WebClient.include({
    show_application: function () {
      var self = this;
      this._super();
      instance.web.longpolling_socket.on('note alert', function (alerts) {
        _.each(alerts, function (alert) {
          self.do_notify('Alert', alert.text, true);
        });
      });
      this.note_socket = new instance.note_alert.Socket('/longpolling');
      this.note_socket.emit('note echo', 'hello', 2013);
    },
  });

  instance.note_alert.Socket = instance.web.SocketIO.extend({
    init: function (namespace) {
      this._super(namespace);
      this.reconnects = 0;
      this.disconnects = 0;
      this.add_reconnect_method(_.bind(this.on_reconnect, this));
      this.add_disconnect_method(_.bind(this.on_disconnect, this));
    },
    on_reconnect: function () {
      this.reconnects += 1;
    },
    on_disconnect: function () {
      this.disconnects += 1;
    },
  });
};
