import type { SocketIO, SocketIOClass } from './socketio.ts';

declare global {
  /** What the web client of Odoo 16.0 to 19.0 offers, as far as our addons use it. */
  namespace Odoo {
    interface Env {
      /** Resolves when all services have started. Not before 19.0. */
      isReady?: Promise<unknown>;
      bus: EventTarget;
      services: KnownServices & Pick<Services, 'dialog' | 'notification' | 'orm'>;
    }

    /** An action of the web client that is a function. */
    type ActionFunction = (env: Env) => void;

    /** What has started of services that not every series has. */
    interface KnownServices {
      /** Odoo 16.0 and 17.0 only. */
      user?: User;
    }

    interface User {
      context: unknown;
    }

    interface Service {
      dependencies?: string[];
      start(env: Env, services: Services): unknown;
    }

    /** Services by name; an addon that adds one declares it here. */
    interface Services {
      dialog: DialogService;
      longpolling_socket: SocketIO;
      orm: Orm;
      notification: { add(text: string, options?: NotificationOptions): () => void };
    }

    interface DialogService {
      add(dialog: Dialog, props: DialogProps): () => void;
    }

    interface Orm {
      call(model: string, method: string, args: readonly unknown[]): Promise<unknown>;
    }

    interface NotificationOptions {
      title?: string;
      type?: 'info' | 'success' | 'warning' | 'danger';
      sticky?: boolean;
    }

    interface UserMenuItem {
      type?: string;
      id?: string;
      description?: string;
      sequence?: number;
      callback(): unknown;
    }

    /** A component for the dialog service. */
    type Dialog = { readonly template: string };

    /** It closes when the function of a button has returned. Without `cancel` it has one button. */
    interface DialogProps {
      title: string;
      body: string;
      confirm?: () => unknown;
      confirmLabel: string;
      cancel?: () => unknown;
      cancelLabel?: string;
    }

    interface Registry<Entry> {
      add(key: string, entry: Entry, options?: { force?: boolean; sequence?: number }): this;
      contains(key: string): boolean;
      get(key: string): Entry;
    }

    interface Registries {
      category(name: 'actions'): Registry<ActionFunction>;
      category(name: 'services'): Registry<Service>;
      category(name: 'user_menuitems'): Registry<(env: Env) => UserMenuItem>;
    }

    /** Modules by name; an addon that defines one declares it here. */
    interface Modules {
      '@web/core/registry': { registry: Registries };
      '@web/core/confirmation_dialog/confirmation_dialog': { ConfirmationDialog: Dialog };
      '@web/webclient/user_menu/user_menu_items': object;
      /** From 18.0 on. */
      '@web/core/user': { user: User; userBus?: EventTarget };
      '@web_socketio/socketio': { SocketIO: SocketIOClass };
    }

    /** `deps` lists what `require` may ask for; the factory runs when all of them are there, in whatever order files load. */
    type Define = <Name extends keyof Modules>(
      name: string,
      deps: Name[],
      factory: (require: <Wanted extends Name>(name: Wanted) => Modules[Wanted]) => object,
    ) => void;

    interface LoadedModules {
      get<Name extends keyof Modules>(name: Name): Modules[Name] | undefined;
    }

    interface Loader {
      define: Define;
      /** Such as `1` or `assets` in the developer mode; empty otherwise. */
      debug?: string;
      /** From 17.0 on. */
      loader?: { modules: LoadedModules };
    }
  }

  const odoo: Odoo.Loader;
}
