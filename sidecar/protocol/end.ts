/** Why the sidecar closes (the event `END`) or refuses (`connect_error.data`) a connection. */
export interface EndReason {
  readonly code: string;
  readonly message: string;
  /** True if the page may come back, false if it must not. */
  readonly retry: boolean;
}

/** Somebody changes a server module and waits to see it: pages come back at once, since there is no crowd to spread. */
export const MODULE_CHANGED = 'module_changed';

/** Odoo answers nobody in this session at present, as while its screen is locked: the page waits for its user. */
export const SESSION_LOCKED = 'session_locked';

/** Ends and refusals after which a page comes back with a renewed token. */
export const CURED_BY_RENEWAL: ReadonlySet<string> = new Set([
  'token_unknown',
  'token_expired',
  'session_unproved',
]);
