// Odoo 14's lists and cards ask nothing before they call what a button names: see `ask` in operator_screen.py.
odoo.define('web_socketio.ask', ['web.core', 'web.Dialog', 'web.rpc'], (require) => {
  const Dialog = require('web.Dialog');
  const { query } = require('web.rpc');

  require('web.core').action_registry.add('web_socketio.ask', (manager, { params }) => {
    const { model, method, ids, text } = params;
    const call = async () => {
      await manager.doAction(await query({ model, method, args: [ids] }));
      // Of a kanban or a list: what the method did shows there.
      await manager.getCurrentController()?.widget?.reload?.();
    };
    Dialog.confirm(manager, text, { confirm_callback: call });
  });

  return {};
});
