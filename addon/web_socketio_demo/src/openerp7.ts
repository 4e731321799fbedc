import { DEMO_NOTIFICATION, type DemoNotification } from './demo-notification.ts';

openerp.web_socketio_demo = (instance) => {
  instance.web.WebClient.include({
    show_application(...args) {
      const shown = this._super(...args);
      instance.web.longpolling_socket?.on(DEMO_NOTIFICATION, (notifications: DemoNotification[]) => {
        for (const { subject, text, kind, sticky } of notifications) {
          const isWarning = kind === 'warning' || kind === 'danger';
          // OpenERP draws both as HTML.
          this[isWarning ? 'do_warn' : 'do_notify'](_.escape(subject), _.escape(text), sticky);
        }
      });
      return shown;
    },
  });
};
