# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The sessions of OpenERP 7.0, read where they are kept, and never written."""
from openerp.addons.web import http
from openerp.addons.web.session import OpenERPSession
from openerp.service import wsgi_server

from ..common.token import TEXT


def find(sid, session_id):
    """Return the session that is logged in under these two keys, None if there is none.

    :param sid: of the cookie, finds what one browser has
    :param session_id: finds one session in it
    """
    if not sid or not isinstance(session_id, TEXT):
        return None
    # The store that the web client's own requests use.
    for application in wsgi_server.module_handlers:
        if isinstance(application, http.Root):
            session = application.session_store.get(sid).get(session_id)
            if isinstance(session, OpenERPSession) and session._db and session._uid:
                return session
    return None


def name(sid, session_id, session):
    """Return what stays the same as long as a session lives, and is never the same for another one.

    With the time of its creation: OpenERP may bring a session back that has logged out, when another request of it was
    under way, and that must not look like a new log-in under the same keys.
    """
    return '%s|%s|%r' % (sid, session_id, session._creation_time)
