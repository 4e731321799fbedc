import { LogInPages } from './log-in-pages.ts';
import { SocketIO } from './socketio.ts';
import { tokenRoute } from './token/token-route.ts';
import { WebClientPage } from './web-client-page.ts';

interface Members extends OpenERP.SocketIO {
  _socket: SocketIO;
}

openerp.web_socketio = (instance) => {
  // Read when it is needed: this function runs before the session is bound. OpenERP 7.0 finds the session by this
  // parameter and the cookie `sid`; 8.0 by its cookie alone. Of a session that is gone, 7.0 knows no database either.
  const fetchToken = tokenRoute('/web_socketio/token', () => {
    const { session_id, db } = instance.session;
    return session_id ? { session_id, db } : {};
  });
  const pages = new LogInPages(
    () => new WebClientPage(fetchToken),
    () => `${instance.session.uid} ${instance.session.db}`,
  );

  instance.web.SocketIO = instance.web.Class.extend<Members, [namespace: string]>({
    init(namespace) {
      this.namespace = namespace;
      this._socket = new SocketIO(namespace, pages.current);
    },
    on(event, handler) {
      this._socket.on(event, handler);
      return this;
    },
    once(event, handler) {
      this._socket.once(event, handler);
      return this;
    },
    off(event, handler) {
      this._socket.off(event, handler);
      return this;
    },
    emit(event, ...args) {
      this._socket.emit(event, ...args);
      return this;
    },
    subscribe(event, ...args) {
      return this._socket.subscribe(event, ...args);
    },
    disconnect() {
      this._socket.disconnect();
    },
    add_reconnect_method(method) {
      this._socket.add_reconnect_method(method);
    },
    add_disconnect_method(method) {
      this._socket.add_disconnect_method(method);
    },
  });
  // Not a member above: `extend` would copy the value of the moment.
  Object.defineProperty(instance.web.SocketIO.prototype, 'connected', {
    get(this: Partial<Members>) {
      return this._socket?.connected === true;
    },
  });

  instance.web.WebClient.include({
    show_application(...args) {
      pages.start();
      return this._super(...args);
    },
  });

  // `on_logout` comes here once the user has agreed to leave unsaved changes. OpenERP 7.0 writes a session back with any
  // request that is on its way meanwhile, so ours have to end before.
  instance.web.Session?.include({
    session_logout(...args) {
      pages.end();
      return this._super(...args);
    },
  });
};
