import { quote } from '../../api/error.ts';
import type { ErrorCode } from '../../api/error-codes/catalogue.ts';
import { SidecarError } from '../../api/sidecar-error.ts';

/** Errors of Odoo by their Python name: https://github.com/odoo/odoo/blob/19.0/odoo/exceptions.py */
const ERRORS: Readonly<Record<string, { code: ErrorCode; name: string }>> = {
  AccessDenied: { code: 'access_denied', name: 'AccessDenied' },
  AccessError: { code: 'access_error', name: 'AccessError' },
  UserError: { code: 'user_error', name: 'UserError' },
  RedirectWarning: { code: 'user_error', name: 'UserError' },
  LockError: { code: 'user_error', name: 'UserError' },
  ValidationError: { code: 'validation_error', name: 'ValidationError' },
  MissingError: { code: 'missing_error', name: 'MissingError' },
  SessionExpiredException: { code: 'access_denied', name: 'AccessDenied' },
};

/** What messages of Python's own errors may hold and nobody outside is to see: tokens, and paths of the server. */
const PRIVATE = /wsio_[\w-]{43}(?:\.[\da-f-]{36})?|(?:\b[A-Za-z]:)?(?:[\\/][\w.@+~-]+){2,}[\\/]?/g;

/**
 * The named error of a fault. Faults of no known name become `odoo_error`; Odoo's traceback is not passed on.
 *
 * @param python its Python name, such as `odoo.exceptions.AccessError`
 * @param message null if nothing of it may be told
 * @param call such as `res.users.read`
 */
export function toError(python: string, message: string | null, call: string): SidecarError {
  const known = ERRORS[python.slice(python.lastIndexOf('.') + 1)];
  if (known !== undefined) {
    return new SidecarError(known.code, message || `Odoo refused ${call}.`, { name: known.name });
  }
  const text = message === null ? '' : `: ${quote(message.replace(PRIVATE, '…'), 500)}`;
  return new SidecarError('odoo_error', `${call} failed in Odoo: ${python}${text}. See Odoo's log.`, {
    name: 'OpenERPError',
  });
}
