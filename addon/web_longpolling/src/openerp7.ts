openerp.web_longpolling = (instance) => {
  instance.web.longpolling_socket = null;

  instance.web.WebClient.include({
    show_application(...args) {
      // Shown again, other addons register their handlers again: those of the last time must not hear everything twice.
      instance.web.longpolling_socket?.disconnect();
      // Before the rest of the hook: addons that came later look for it when their own `_super` has returned.
      instance.web.longpolling_socket = new instance.web.SocketIO('/longpolling');
      return this._super(...args);
    },
  });
};
