# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The errors of OpenERP by the names that they have in later series, which is how the sidecar knows them."""
from openerp import exceptions
from openerp.osv.orm import except_orm
from openerp.osv.osv import except_osv
from openerp.tools import ustr
from openerp.tools.translate import _, translate
from psycopg2 import IntegrityError

# Odoo 8.0 has more of them than OpenERP 7.0.
CLASSES = {
    'AccessDenied': 'AccessDenied',
    'AccessError': 'AccessError',
    'MissingError': 'MissingError',
    'ValidationError': 'ValidationError',
    'Warning': 'UserError',
    'RedirectWarning': 'UserError',
}
# OpenERP 7.0 has one class for most errors; what they are is in their titles, which may be translated.
TITLES = {
    'Access Denied': 'AccessError',
    'AccessError': 'AccessError',
    'Missing document(s)': 'MissingError',
    'ValidateError': 'ValidationError',
    'ValidationError': 'ValidationError',
    'Constraint Error': 'ValidationError',
    'Integrity Error': 'ValidationError',
}


def is_for_users(error):
    """Return whether OpenERP shows the error to users, without a traceback."""
    return isinstance(error, (except_orm, except_osv, IntegrityError)) or bool(_class_name(error))


def describe(pool, cr, uid, error, context=None):
    """Return the name and the message of an error, without its traceback."""
    if isinstance(error, IntegrityError):
        name, text = 'ValidationError', _constraint(pool, cr, error, context)
    elif isinstance(error, (except_orm, except_osv)) and not _class_name(error):
        name, text = _title_name(cr, uid, error, context), error.value or error.name
    else:
        name, text = _class_name(error), getattr(error, 'value', None) or error
    if name:
        return {'name': 'odoo.exceptions.%s' % name, 'message': ustr(text)}
    cls = type(error)
    # Python 3 calls the module of its own errors so, and with it all later series.
    module = 'builtins' if cls.__module__ == 'exceptions' else cls.__module__
    return {'name': '%s.%s' % (module, cls.__name__), 'message': ustr(text)}


def _class_name(error):
    names = [CLASSES.get(cls.__name__) for cls in type(error).__mro__ if cls.__module__ == exceptions.__name__]
    return next((name for name in names if name), None)


def _title_name(cr, uid, error, context):
    given = ustr(error.name)
    for title in TITLES:
        # OpenERP finds the language by looking for `cr`, `uid` and `context` here.
        if given in (title, _(title)):
            return TITLES[title]
    return 'UserError'


def _constraint(pool, cr, error, context):
    """The message that a model has for a constraint of its table, PostgreSQL's own otherwise."""
    for key, message in pool._sql_error.items():
        if key in ustr(error) and not callable(message):
            lang = (context or {}).get('lang')
            return translate(cr, None, 'sql_constraint', lang, message) or message
    return error
