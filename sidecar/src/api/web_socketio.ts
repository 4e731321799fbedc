/** What server modules import as `web_socketio`. Nothing else of the sidecar is public. */
import { AbstractAdapter, type AdapterClass } from './adapter.ts';
import { SocketIOError } from './error.ts';
import { type NameSpaceClass, OpenERPNameSpace } from './namespace.ts';
import { Registry } from './registry.ts';

export type { AdapterClass, Mode } from './adapter.ts';
export type { EventDescription } from './event-description.ts';
export type { Run, Session } from './host.ts';
export type { Message, Values } from './message.ts';
export type { Model } from './model.ts';
export { AbstractAdapter, OpenERPNameSpace, SocketIOError };

/** Declares namespaces. Use it at the top level of a server module. */
export interface SocketIODeclarations {
  /**
   * Declares a namespace; it exists in the databases where the declaring addon is installed.
   *
   * @param path such as `/mynamespace`
   * @param nameSpace a class that extends `OpenERPNameSpace`
   * @throws SocketIOError `namespace_invalid`, `namespace_taken`
   */
  addNamespace(path: string, nameSpace: NameSpaceClass): void;
  /**
   * Declares an adapter, so that a disagreement about its channel's mode is found when the sidecar starts, and not when
   * somebody listens. `LongPollingNameSpace.on` does it by itself.
   *
   * @throws SocketIOError `adapter_invalid`, `adapter_ambiguous`, `channel_reserved`
   */
  addAdapter(adapter: AdapterClass): void;
  /** The addon whose server module is being loaded, for addons that let others register handlers. */
  readonly addon: string;
}

/** Outside of a sidecar nothing is being loaded: there it refuses with `not_loading`. */
export const SocketIO: SocketIODeclarations = declareIn(new Registry());

/**
 * What one sidecar's server modules get as `web_socketio`: the classes above, and declarations of its own.
 *
 * @internal
 */
export function createApi(registry: Registry): object {
  return { AbstractAdapter, OpenERPNameSpace, SocketIOError, SocketIO: declareIn(registry) };
}

function declareIn(registry: Registry): SocketIODeclarations {
  return {
    addNamespace(path, nameSpace) {
      registry.add(path, nameSpace);
    },
    addAdapter(adapter) {
      registry.adapters.declare(adapter, registry.addon);
    },
    get addon() {
      return registry.addon;
    },
  };
}
