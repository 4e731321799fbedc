# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What Odoo itself, and whichever addons extend its check, say of a session that did not send this request."""
import functools
from contextlib import contextmanager

import werkzeug.exceptions

from odoo.exceptions import AccessDenied, UserError
from odoo.http import SessionExpiredException, request

from ..common.inspection import Look, log_failure
from ..common.secret import Secret
from ..common.token import LIVE, LOCKED, OVER, UNKNOWN
from .stored_session import detach, load

# Each of them is an answer; what else is raised says nothing of the session.
_REFUSALS = (AccessDenied, SessionExpiredException, UserError, werkzeug.exceptions.HTTPException)


def _page(self):
    """Stand for any page of the web client: nobody is led here."""


# What addons find in the endpoint that they are asked about.
_ENDPOINT = functools.update_wrapper(functools.partial(_page, None), _page)
_ENDPOINT.routing = {'type': 'http', 'auth': 'user', 'methods': ['GET'], 'routes': ['/web'], 'save_session': False}


def look(key):
    """Return the `Look` at the session of a key, a `Secret`."""
    try:
        return look_at(load(key))[0]
    except Exception:
        log_failure('A session could not be looked at')
        return Look(UNKNOWN)


def look_at(session):
    """Return the `Look` at a session, and the exception by which Odoo refuses it."""
    copied = detach(session)
    if not copied.uid or copied.db != request.cr.dbname:
        return Look(OVER), SessionExpiredException('Session expired')
    uid = copied.uid
    try:
        with acting_in(copied):
            # So that the method of authentication has its say: Odoo leaves it out where there is a user already.
            request.uid = None
            request.env['ir.http']._authenticate(_ENDPOINT)
            request.env.user._web_socketio_check_session(copied)
        return Look(LIVE, uid, Secret(copied.sid), copied), None
    except _REFUSALS as error:
        context = error.__context__
        # Odoo makes AccessDenied of whatever is raised within its check.
        if context is None or isinstance(context, _REFUSALS):
            return Look(OVER if type(error) is SessionExpiredException else LOCKED, uid), error
        return _failed(), error
    except Exception as error:
        return _failed(), error


def _failed():
    log_failure('A session could not be looked at')
    request.cr.rollback()
    return Look(UNKNOWN)


@contextmanager
def acting_in(session):
    """Let what runs see a session as if it had sent this request."""
    before = request.session, request._uid, request._context, request._env
    try:
        request.session = session
        request.context = dict(session.context or {})
        request.uid = session.uid
        yield
    finally:
        request.session, request._uid, request._context, request._env = before
