import type { ErrorEntries } from './error-entry.ts';

/**
 * Server modules: how they are built, loaded and declared.
 *
 * @internal
 */
export const MODULE_CODES = {
  module_syntax: {
    meaning: 'A server module does not compile. The others run',
    seenBy: 'log',
  },
  module_failed: {
    meaning: 'A server module threw an error while it was loaded. The others run',
    seenBy: 'log',
  },
  module_import: {
    meaning: 'A server module imports something that does not exist. The others run',
    seenBy: 'log',
  },
  module_cycle: {
    meaning: 'Server modules import one another in a circle. The others run',
    seenBy: 'log',
  },
  module_stale: {
    meaning: 'The sidecar ignores a build that was made from other sources: build it again',
    seenBy: 'log',
  },
  module_not_running: {
    meaning:
      'A warning: an addon was installed while the sidecar runs, and its server module was not loaded at the start: restart the sidecar',
    seenBy: 'log',
  },
  addon_invalid: {
    meaning: '`init` or `build` got a folder that is not an addon, or that has nothing to build',
    seenBy: 'log',
    exitCode: 2,
  },
  addon_unwritable: {
    meaning: '`init` or `build` cannot write a file. The message names it',
    seenBy: 'log',
    exitCode: 2,
  },
  types_missing: {
    meaning: '`init` wrote the server module without its types, which `npm run build` makes',
    seenBy: 'log',
    exitCode: 2,
  },
  namespace_invalid: {
    meaning: '`SocketIO.addNamespace` got a path or a class that cannot be a namespace',
    seenBy: 'log',
  },
  namespace_taken: {
    meaning: 'Two addons declare the same namespace',
    seenBy: 'log',
  },
  not_loading: {
    meaning: 'A declaration came after the server module was loaded. Declare at the top level of the module',
    seenBy: 'log',
  },
  handler_invalid: {
    meaning: '`LongPollingNameSpace.on` got an event, an option or a handler that it cannot take',
    seenBy: 'browser',
    madeIn: ['server module'],
  },
  adapter_invalid: {
    meaning:
      'An adapter is not a class that extends `AbstractAdapter`, or its `channel`, `mode` or `key` is wrong',
    seenBy: 'log',
  },
  adapter_ambiguous: {
    meaning: 'An addon has two adapters of the same name',
    seenBy: 'log',
  },
  adapter_choice: {
    meaning: "An adapter's `get` failed, or returned something other than some of its messages",
    seenBy: 'log',
  },
  adapter_missing: {
    meaning: 'A handler of `LongPollingNameSpace` has no adapter, and listens or emits without naming one',
    seenBy: 'log',
    madeIn: ['server module'],
  },
  channel_mode_conflict: {
    meaning: 'Two adapters give one channel different modes',
    seenBy: 'log',
  },
  channel_reserved: {
    meaning: 'The channel belongs to web_socketio itself, or has no name',
    seenBy: 'log',
  },
  channel_unheard: {
    meaning:
      'A warning: messages arrive on a channel for which no installed addon has an adapter, so nobody reads them. Usually the name is spelled in two ways. Logged once for each channel. If the addon has a namespace of its own, whose adapters are known only when somebody listens, declare them with [`SocketIO.addAdapter`](api/server-module.md#socketioaddadapteradapter)',
    seenBy: 'log',
  },
  addons_path_unreadable: {
    meaning: 'A folder of `addons_path` cannot be read',
    seenBy: 'log',
  },
  modules_missing: {
    meaning: 'A warning: no folder of `addons_path` has an addon with a server module',
    seenBy: 'log',
  },
  modules_unwatched: {
    meaning: 'A warning: with `--dev`, the files of server modules cannot be watched',
    seenBy: 'log',
  },
  modules_not_reloaded: {
    meaning: 'With `--dev`: a changed server module failed to load, and all stay as they were',
    seenBy: 'log',
  },
} as const satisfies ErrorEntries;
