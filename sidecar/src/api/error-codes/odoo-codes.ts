import type { ErrorEntries } from './error-entry.ts';

/**
 * Calls of Odoo's models, and what Odoo is asked about sessions.
 *
 * @internal
 */
export const ODOO_CODES = {
  odoo_busy: {
    meaning: 'A model call was not sent: too many calls wait already, or it waited 30 s for its turn',
    seenBy: 'log',
    retry: true,
  },
  odoo_unreachable: {
    meaning:
      'A model call, or a session check, did not reach Odoo, or the connection broke. `error.retry` is true if Odoo certainly did not carry it out, and false if it may have',
    seenBy: 'log',
    retry: 'sometimes',
  },
  odoo_timeout: {
    meaning: 'Odoo did not answer in time, and may still carry out the call',
    seenBy: 'log',
  },
  odoo_answer: {
    meaning: 'The answer is too long, or does not come from Odoo',
    seenBy: 'log',
  },
  odoo_error: {
    meaning:
      "A method failed in another way than those below, or does not exist: `error.name` is `OpenERPError`; see Odoo's log",
    seenBy: 'log',
  },
  host_refused: {
    meaning:
      'Odoo does not open that database under the host name that the browser used, usually because of its `--db-filter`, or because it was not restarted since its `addons_path` got the addon: see [several databases](operations.md#several-databases)',
    seenBy: 'browser',
  },
  access_denied: {
    meaning: 'Odoo refused a model call because of the session: `error.name` is `AccessDenied`',
    seenBy: 'browser',
  },
  access_error: {
    meaning: 'The user may not do that in Odoo: `error.name` is `AccessError`',
    seenBy: 'browser',
  },
  user_error: {
    meaning: 'Odoo refused a model call with a message for its user: `error.name` is `UserError`',
    seenBy: 'browser',
  },
  validation_error: {
    meaning: 'A value breaks a rule of the model: `error.name` is `ValidationError`',
    seenBy: 'browser',
  },
  missing_error: {
    meaning: 'A record does not exist any more: `error.name` is `MissingError`',
    seenBy: 'browser',
  },
} as const satisfies ErrorEntries;
