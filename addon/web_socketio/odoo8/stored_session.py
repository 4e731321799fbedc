# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The sessions of Odoo 8.0, read where they are kept, and never written."""
from openerp import http

from ..openerp7 import session_file
from ..openerp7.logged_in import LoggedIn


def key_of(_sid, session_id):
    """Return what `find` takes, a `Secret`.

    :param session_id: a `Secret` of text
    """
    return session_id


def find(key):
    """Return the session that is logged in under this id, None if there is none.

    :param key: the session's id, a `Secret` of text
    :return: a LoggedIn
    :raises EnvironmentError: if nobody can tell, since the store cannot be read
    """
    session = session_file.read(http.root.session_store, key, _logged_in)
    if session is None:
        return None
    return LoggedIn(key, key, session['db'], session['uid'], session['login'], session['password'])


def _logged_in(session):
    return session if session.get('db') and session.get('uid') else None
