import { quote, SocketIOError } from '../api/error.ts';

/** Errors of Odoo by their Python name: https://github.com/odoo/odoo/blob/19.0/odoo/exceptions.py */
const CODES: Readonly<Record<string, string>> = {
  AccessDenied: 'access_denied',
  AccessError: 'access_error',
  UserError: 'user_error',
  RedirectWarning: 'user_error',
  ValidationError: 'validation_error',
  MissingError: 'missing_error',
  SessionExpiredException: 'access_denied',
};

/**
 * The named error of a fault. Faults of no known name become `openerp_error`; OpenERP's traceback is not passed on.
 *
 * @param name such as `odoo.exceptions.AccessError`
 * @param call such as `res.users.read`
 */
export function toError(name: string, message: string, call: string): SocketIOError {
  const code = CODES[name.slice(name.lastIndexOf('.') + 1)];
  if (code !== undefined)
    return new SocketIOError(code, message === '' ? `OpenERP refused ${call}.` : message);
  return new SocketIOError(
    'openerp_error',
    `${call} failed in OpenERP: ${name}: ${quote(message, 500)}. See OpenERP's log.`,
  );
}
