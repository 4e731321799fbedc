import type { NameSpaceHost } from './host.ts';
import type { Values } from './message.ts';

/**
 * An Odoo model: every public method can be called by its name with positional arguments, under the rights of the
 * socket's user.
 *
 * Each call resolves to what the method returned. None is null; dates are strings as Odoo writes them, in UTC; records
 * are their ids; an integer beyond `Number.MAX_SAFE_INTEGER` is a BigInt, which arguments may be, too.
 *
 * It rejects with a `SocketIOError`. What Odoo refused has Odoo's own name and a code: `AccessDenied`
 * (`access_denied`), `AccessError` (`access_error`), `UserError` (`user_error`), `ValidationError` (`validation_error`),
 * `MissingError` (`missing_error`); any other error of a method, one that does not exist included, is `OpenERPError`
 * (`odoo_error`). Other codes: `odoo_unreachable`, `odoo_timeout`, `odoo_answer`, `odoo_busy`, `host_refused`;
 * with `retry: true` the method surely did not run.
 */
export type Model = {
  /** Calls a method by name, keyword arguments included. */
  call(method: string, args?: readonly unknown[], kwargs?: Values): Promise<unknown>;
} & Record<CommonMethod, ModelMethod> &
  Record<string, ModelMethod>;

/** A method of a model, with positional arguments. What it returns comes from Odoo: look at it before you use it. */
export type ModelMethod = (...args: unknown[]) => Promise<unknown>;

/** Those that every model has, for editors to complete. */
type CommonMethod =
  | 'create'
  | 'default_get'
  | 'fields_get'
  | 'name_search'
  | 'read'
  | 'search'
  | 'search_count'
  | 'search_read'
  | 'unlink'
  | 'write';

// A promise that resolves to a model would be asked for its "then": such names are never methods of a model.
const NEVER_METHODS = new Set(['then', 'catch', 'finally', 'toJSON']);

/** The wrapper that `namespace.model(name)` returns. */
export function wrapModel(host: NameSpaceHost, name: string): Model {
  const call = (method: string, args: readonly unknown[] = [], kwargs: Values = {}) =>
    host.call(name, method, args, kwargs);
  const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  return new Proxy({ call } as Model, {
    get(target, property) {
      if (typeof property !== 'string' || NEVER_METHODS.has(property)) return undefined;
      if (property === 'call') return target.call;
      let method = methods.get(property);
      if (method === undefined) {
        method = (...args: unknown[]) => call(property, args);
        methods.set(property, method);
      }
      return method;
    },
  });
}
