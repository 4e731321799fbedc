import type { SocketIO, SocketIOClass } from './socketio.ts';

declare global {
  /** What Odoo 14's web client offers, as far as our addons use it. */
  namespace Odoo {
    interface Loader {
      /** Set when the web client has started. */
      isReady?: boolean;
    }

    interface Bus {
      on(event: 'web_client_ready', listener: object | null, callback: () => void): void;
    }

    /** An action of the web client that is a function; what it returns is the action to run next. */
    type ClientAction = (...args: unknown[]) => unknown;

    interface ActionRegistry {
      add(tag: 'web_socketio.ask', action: (manager: ActionManager, action: AskAction) => void): this;
      add(tag: string, action: ClientAction): this;
      get(tag: string): ClientAction;
    }

    interface ActionManager {
      doAction(action: unknown): Promise<unknown>;
      /** What is on the screen, such as a list. */
      getCurrentController(): { widget?: { reload?(): Promise<unknown> } } | null;
    }

    /** A question before a method is called. */
    interface AskAction {
      params: { model: string; method: string; ids: readonly number[]; text: string };
    }

    interface NotificationService {
      /** `title` and `message` are HTML. */
      notify(notification: {
        title: string;
        message: string;
        type: 'info' | 'success' | 'warning' | 'danger';
        sticky: boolean;
      }): number;
    }

    interface LegacyDialogButton {
      text: string;
      classes?: string;
      close?: boolean;
      click?(): unknown;
    }

    /** @param options `$content` becomes the dialog's body; `size` is `medium` for a narrow one */
    interface LegacyDialog {
      new (
        parent: null,
        options: { title: string; size: 'medium'; $content: JQueryObject; buttons: LegacyDialogButton[] },
      ): {
        open(options: { shouldFocusButtons: boolean }): {
          on(event: 'closed', listener: null, call: () => void): void;
        };
      };
      confirm(owner: object, text: string, options: { confirm_callback(): unknown }): void;
    }

    /** What jQuery makes, as far as our addons use it. */
    interface JQueryObject {
      on(event: string, selector: string, handler: (event: { currentTarget: HTMLElement }) => void): this;
    }

    interface Modules {
      'web.Dialog': LegacyDialog;
      'web.core': { action_registry: ActionRegistry; bus: Bus };
      'web.env': { services: { notification: NotificationService } };
      'web.framework': object;
      'web.rpc': {
        query(call: { model: string; method: string; args: readonly unknown[] }): Promise<unknown>;
      };
      'web.session': { user_context?: unknown };
      'web_longpolling.socket': SocketIO;
      'web_longpolling.test_message': object;
      'web_socketio.ask': object;
      'web_socketio.SocketIO': SocketIOClass;
    }
  }

  const $: (of: Document | HTMLElement) => Odoo.JQueryObject;
}
