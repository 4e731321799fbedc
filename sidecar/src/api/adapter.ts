import { quote } from './error.ts';
import type { Message } from './message.ts';
import { SidecarError } from './sidecar-error.ts';

/**
 * How the messages of a channel are given out. `each`: every matching page gets its own copy. `queue`: each message is
 * taken by exactly one listener. A property of the channel: two adapters of one channel must agree.
 */
export type Mode = 'each' | 'queue';

/**
 * Says which messages of one channel a socket takes, and in which form. Extend it, set `channel` and `mode`, and
 * override `get` and, where wanted, `format`. Write `static readonly mode = 'each'`: without `readonly`, TypeScript takes
 * the mode for any text.
 */
export abstract class AbstractAdapter {
  /** The channel to read: `_postgres_channel` of the Odoo model that sends. */
  static readonly channel: string = '';
  /** `queue` unless said otherwise: `static readonly mode = 'each'`. Without `readonly`, TypeScript takes it for any text. */
  static readonly mode: Mode = 'queue';
  /**
   * The name of a value by which messages find their listeners: `get` is asked only for messages in which it equals the
   * first argument of `listen`, or is a list that holds it. With `static key = 'to_id'` and `listen(uid)`, a message for one of ten thousand pages
   * costs the others nothing. Null: `get` sees every message of the channel.
   */
  static readonly key: string | null = null;

  /**
   * Choose messages. Called with those that this page (mode `each`) or nobody (mode `queue`) has taken yet, oldest first;
   * a `listen` is offered each message once.
   *
   * @param messages do not change them
   * @param _args what was given to `listen`
   * @returns some of `messages`, the same objects; none means: wait for more
   */
  get(messages: readonly Message[], ..._args: unknown[]): Message[] {
    return [...messages];
  }

  /** The form in which `listen` returns a message: its values, unless overridden. */
  format(message: Message, ..._args: unknown[]): unknown {
    return message.values;
  }
}

/**
 * An adapter that chooses elsewhere, as one of a Python worker: it answers later. While it is asked on behalf of a
 * listener, nothing else is offered to that one.
 *
 * @internal
 */
export abstract class AskedAdapter extends AbstractAdapter {
  /**
   * Choose messages, in place of `get`.
   *
   * @param messages do not change them
   * @param args the very array that was given to `listen`: by it the listener is known
   * @returns some of `messages`, the same objects. A rejection is a failed attempt, unless its error says `retry`
   */
  abstract ask(messages: readonly Message[], args: readonly unknown[]): Promise<readonly Message[]>;
}

/** A class that extends {@link AbstractAdapter}: the argument of `listen`, `validate` and `secureEmit`. */
export type AdapterClass = (new () => AbstractAdapter) & {
  readonly channel: string;
  readonly mode: Mode;
  readonly key: string | null;
};

/** Channels that only the sidecar itself reads and only the addon's SQL writes. */
export const CONTROL_CHANNEL = 'web_socketio.control';

/**
 * Refuse what cannot be listened to.
 *
 * @throws SocketIOError `adapter_invalid`, `channel_reserved`
 */
export function checkAdapter(adapter: AdapterClass): void {
  if (typeof adapter !== 'function' || !(adapter.prototype instanceof AbstractAdapter)) {
    throw new SidecarError(
      'adapter_invalid',
      `${String(adapter)} is not an adapter. Give a class that extends AbstractAdapter.`,
    );
  }
  if (typeof adapter.channel !== 'string' || adapter.channel === '') {
    throw new SidecarError(
      'adapter_invalid',
      `${adapter.name} has no channel. Add: static channel = 'my_channel'.`,
    );
  }
  if (adapter.channel === CONTROL_CHANNEL) {
    throw new SidecarError(
      'channel_reserved',
      `${adapter.name} reads the channel '${CONTROL_CHANNEL}', which belongs to web_socketio. Use another name.`,
    );
  }
  const mode: unknown = adapter.mode;
  if (mode !== 'each' && mode !== 'queue') {
    throw new SidecarError(
      'adapter_invalid',
      `${adapter.name} reads '${adapter.channel}' in mode ${quote(mode)}. Use 'each' or 'queue'.`,
    );
  }
  const key: unknown = adapter.key;
  if (key !== null && typeof key !== 'string') {
    throw new SidecarError(
      'adapter_invalid',
      `${adapter.name} has the key ${quote(key)}. Give the name of a value, such as 'to_id'.`,
    );
  }
}
