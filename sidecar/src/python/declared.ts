import type { AdapterClass } from '../api/adapter.ts';
import type { HandlerSpec, NameSpaceSpec } from './declares.ts';

/** The namespace that all addons share: each worker has some of it. */
export const SHARED = '/longpolling';

/** What one worker has, as far as it was not refused. */
export interface Declared {
  /** By path. */
  readonly namespaces: ReadonlyMap<string, NameSpaceSpec>;
  /** Its numbers of handlers, by {@link handlerKeys}. */
  readonly handlers: ReadonlyMap<string, number>;
  /** By `<addon>.<Class>`. */
  readonly adapters: ReadonlyMap<string, AdapterClass>;
}

/** A name for each handler that is the same in every worker with the same code. */
export function handlerKeys(handlers: readonly HandlerSpec[]): Map<string, HandlerSpec> {
  const keys = new Map<string, HandlerSpec>();
  for (const handler of handlers) {
    const { addon, eventtype, event } = handler;
    let key = `${addon} ${eventtype} ${event}`;
    // Several for one event: by their order. By their names, one that is renamed would be another one.
    while (keys.has(key)) key += '+';
    keys.set(key, handler);
  }
  return keys;
}
