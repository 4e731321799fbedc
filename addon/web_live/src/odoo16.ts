import { LiveForm } from './forms/live-form.ts';
import { LiveList } from './lists/live-list.ts';
import { type Client, guarded } from './page/client.ts';
import { Hands } from './page/hands.ts';
import { LiveSocket } from './page/live-socket.ts';
import { Names } from './page/names.ts';
import { OwnWrites } from './page/own-writes.ts';

const OWL = '@odoo/owl';
const PATCH = '@web/core/utils/patch';
const LIST = '@web/views/list/list_controller';
const KANBAN = '@web/views/kanban/kanban_controller';
const FORM = '@web/views/form/form_controller';
const SOCKET = '@web_socketio/socketio';

/** Addons that build on Odoo 16 to 19 have one file for all; live views need 17.0. */
odoo.define('@web_live/live', [OWL, PATCH, '@web/session', LIST, KANBAN, FORM, SOCKET], (require) => {
  const models = new Set(require('@web/session').session.web_live?.models);
  // Nothing else is done in a page without live models.
  if (models.size === 0) return {};

  const log = console;
  const report = (text: string, error: unknown) => log.error(`web_live: ${text}`, error);
  let env: Odoo.Env | undefined;
  const off = (model: string) => {
    const text = `Records of '${model}' are not live any more: load the page anew to see changes of others.`;
    log.warn(`web_live: ${text}`);
    env?.services.notification.add(text, { type: 'info' });
  };
  const modules = odoo.loader?.modules;
  const socket = new LiveSocket(() => new (require(SOCKET).SocketIO)('/web_live'), off);
  const client: Client = {
    owl: require(OWL),
    socket,
    report,
    hands: new Hands(document),
    ownWrites: new OwnWrites(modules?.get('@web/core/network/rpc')?.rpcBus),
    names: new Names(async (...args) => {
      const [model, ...rest] = args;
      return await env?.services.orm.silent.call(model, 'read', rest);
    }),
    self: () => (modules?.get('@web/core/user')?.user ?? env?.services.user)?.userId,
  };
  document.addEventListener('visibilitychange', () => socket.look());

  /** A fault of ours must not keep Odoo from showing its view. */
  const enliven = <Root>(
    controller: Odoo.Controller<Root>,
    make: (model: Odoo.ViewModel<Root>) => void,
  ): void => {
    guarded(client, () => {
      const { model, props } = controller;
      env ??= controller.env;
      client.ownWrites.listen(controller.env.bus);
      // Some addons bring a model of their own, which tells nobody when it loads.
      if (model?.hooks && models.has(props.resModel) && socket.isLive(props.resModel)) make(model);
    });
  };

  const { patch } = require(PATCH);
  const lists = [
    ['list', require(LIST).ListController],
    ['kanban', require(KANBAN).KanbanController],
  ] as const;
  for (const [kind, { prototype }] of lists) {
    patch(prototype, {
      setup() {
        super.setup();
        enliven(this, (model) => new LiveList(client, this, model, kind));
      },
    });
  }
  patch(require(FORM).FormController.prototype, {
    setup() {
      super.setup();
      enliven(this, (model) => {
        this.webLive = new LiveForm(client, this, model);
      });
    },
  });
  return {};
});
