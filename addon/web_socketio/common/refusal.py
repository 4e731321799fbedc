# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Errors by which Odoo refuses something to its user. A handler in TypeScript gets the same: see the sidecar's `fault.ts`."""

CODES = {
    'AccessDenied': 'access_denied',
    'AccessError': 'access_error',
    'MissingError': 'missing_error',
    'ValidationError': 'validation_error',
    'UserError': 'user_error',
}
# Kinds of UserError that have a name of their own.
USER_ERRORS = ('RedirectWarning', 'LockError')


def refusal(name, message):
    """Return `{code, name, message}` of one of Odoo's errors, None if it is none of these.

    :param name: of its class
    """
    name = 'UserError' if name in USER_ERRORS else name
    return {'code': CODES[name], 'name': name, 'message': message} if name in CODES else None
