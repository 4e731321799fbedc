# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Looks at sessions without their browsers, for the sidecar's questions and at its calls.

OpenERP 7.0 and Odoo 8.0 give no session another id, so that it is there or over. They have no screen to lock either:
`locked` is a session whose password OpenERP refuses at present, and perhaps not for good.
"""
from openerp.exceptions import AccessDenied

from ..common import lifetime
from ..common.inspection import Inspection, Look, log_failure
from ..common.token import LIVE, LOCKED, OVER, UNKNOWN, is_proof_due
from ..series import module

stored_session = module('stored_session')


def inspect(pool, cr):
    """Return the Inspection of a database.

    :param cr: to read with
    """
    def context(look, row):
        return context_of(pool, cr, look.uid)

    return Inspection(cr, pool.cursor, lambda key: _look(pool, cr, key), context, _lifetime(cr))


def context_of(pool, cr, uid):
    """Return the context of a user as it is now."""
    return dict(pool.get('res.users').context_get(cr, uid), uid=uid)


def _look(pool, cr, key):
    # All with one cursor: a model call over RPC is looked at, too, and OpenERP refuses who comes when its pool is empty.
    try:
        session = stored_session.find(key)
        if session is None or session.db != cr.dbname:
            return Look(OVER)
        return Look(_judge(pool.get('res.users'), cr, session), session.uid, session.key, session)
    except Exception:
        # Nobody can tell, so nothing changes.
        log_failure('A session could not be looked at')
        cr.rollback()
        return Look(UNKNOWN)


def is_surely_over(cr, session):
    """Return whether a session is over whose password OpenERP has just refused.

    Some passwords are in a directory, and one that is away refuses everybody: that is a pause.

    :param session: a LoggedIn
    """
    if is_proof_due(cr, session.name):
        return True
    cr.execute("""
        SELECT COALESCE(to_jsonb(res_users) ->> 'password', '') || COALESCE(to_jsonb(res_users) ->> 'password_crypt', '')
        <> '' FROM res_users WHERE id = %s AND active
    """, [session.uid])
    row = cr.fetchone()
    return row is None or row[0]


def _judge(users, cr, session):
    # What OpenERP remembers of a password is enough, as it is for its own calls, until something changes: a directory is
    # not to be asked for each page each minute.
    is_due = is_proof_due(cr, session.name)
    try:
        (users._web_socketio_check_session if is_due else users._web_socketio_agree)(cr, session)
        return LIVE
    except AccessDenied:
        return OVER if is_surely_over(cr, session) else LOCKED


def _lifetime(cr):
    cr.execute('SELECT value FROM ir_config_parameter WHERE key = %s', [lifetime.PARAMETER])
    row = cr.fetchone()
    return lifetime.read_or_default(row and row[0])  # who asks for a token is told of a wrong one
