# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The sessions of OpenERP 7.0, read where they are kept, and never written."""
import json

from openerp.addons.web import http
from openerp.addons.web.session import OpenERPSession
from openerp.service import wsgi_server

from ..common.secret import Secret
from ..common.token import TEXT
from . import session_file
from .logged_in import LoggedIn


def key_of(sid, session_id):
    """Return what `find` takes, a `Secret`; None if there cannot be such a session.

    :param sid: of the cookie, finds what one browser has: a `Secret` of anything
    :param session_id: finds one session in it: a `Secret` of anything
    """
    if not all(isinstance(one.reveal(), TEXT) for one in (sid, session_id)):
        return None
    return _pack(sid, session_id, None)


def find(key):
    """Return the session that is logged in under this key, None if there is none.

    :param key: what `key_of` returned, for whatever session there is; that of a `LoggedIn`, for that one and none that
        was opened later under the same two
    :return: a LoggedIn
    :raises EnvironmentError: if nobody can tell, since the store cannot be read
    """
    if key is None:
        return None
    sid, session_id, created = [Secret(part) for part in json.loads(key.reveal())]
    session = session_file.read(_store(), sid, lambda web: _logged_in(web.get(session_id.reveal())))
    if session is None or created.reveal() not in (None, repr(session._creation_time)):
        return None
    return describe(sid, session_id, session)


def describe(sid, session_id, session):
    """Return the LoggedIn of a session of OpenERP.

    :param sid: and `session_id`: as `key_of` takes them
    """
    # OpenERP may bring a session back that has logged out, when another request of it was under way, and that must not
    # look like a new log-in: hence the time of its creation.
    name = _pack(sid, session_id, repr(session._creation_time))
    return LoggedIn(name, name, session._db, session._uid, session._login, session._password)


def _pack(sid, session_id, created):
    return Secret(json.dumps([sid.reveal(), session_id.reveal(), created]))


def _logged_in(session):
    return session if isinstance(session, OpenERPSession) and session._db and session._uid else None


def _store():
    """The store that the web client's own requests use."""
    for application in wsgi_server.module_handlers:
        if isinstance(application, http.Root):
            return application.session_store
    raise EnvironmentError('This process of OpenERP has no web client, and so no sessions. Ask one with --load=web.')
