import type { DisconnectMethod, Handler, ReconnectMethod } from './messages/subscriber.ts';

declare global {
  /** What the web clients of OpenERP 7.0 and Odoo 8.0 offer, as far as our addons use it. */
  namespace OpenERP {
    /** While a method runs that replaces another one, `_super` is the other one. */
    interface Override {
      _super(...args: unknown[]): unknown;
    }

    interface BaseClass {
      /** A class of these members; `init` is its constructor. */
      extend<Instance, Args extends unknown[]>(
        members: Partial<Instance> & { init(...args: Args): void } & ThisType<Instance>,
      ): Class<Instance, Args>;
    }

    interface Class<Instance, Args extends unknown[] = never> extends BaseClass {
      new (...args: Args): Instance;
      readonly prototype: Instance;
      /** Replaces members of the class itself, in objects that exist, too. */
      include(members: Partial<Instance> & ThisType<Instance & Override>): void;
    }

    interface SocketIO {
      readonly connected: boolean;
      namespace: string;
      on(event: string, handler: Handler): this;
      once(event: string, handler: Handler): this;
      off(event: string, handler?: Handler): this;
      emit(event: string, ...args: unknown[]): this;
      subscribe(event: string, ...args: unknown[]): () => void;
      disconnect(): void;
      add_reconnect_method(method: ReconnectMethod): void;
      add_disconnect_method(method: DisconnectMethod): void;
    }

    interface Session {
      session_id?: string | false | null;
      uid?: number | false | null;
      db?: string | false | null;
      session_logout(...args: unknown[]): unknown;
    }

    interface WebClient {
      show_application(...args: unknown[]): unknown;
      /** `title` and `text` are HTML. */
      do_notify(title: string, text: string, sticky: boolean): unknown;
      do_warn(title: string, text: string, sticky: boolean): unknown;
    }

    interface Web {
      Class: BaseClass;
      Session?: Class<Session>;
      WebClient: Class<WebClient>;
      SocketIO: Class<SocketIO, [namespace: string]>;
      longpolling_socket: SocketIO | null;
    }

    interface Instance {
      session: Session;
      web: Web;
    }

    /** Functions by the name of their addon: called once a page, those of dependencies first. */
    interface Addons {
      web_socketio(instance: Instance): void;
      web_longpolling(instance: Instance): void;
      web_socketio_demo(instance: Instance): void;
    }
  }

  const openerp: OpenERP.Addons;

  /** Underscore, in every web client up to Odoo 14. */
  const _: { escape(text: string): string };
}
