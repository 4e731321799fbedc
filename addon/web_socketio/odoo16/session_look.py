# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What Odoo itself, and whichever addons extend its check, say of a session that did not send this request."""
import functools
import threading
from contextlib import contextmanager

import werkzeug.exceptions

from odoo.exceptions import AccessDenied, UserError
from odoo.http import SessionExpiredException, request

from ..common.inspection import Look, log_failure
from ..common.secret import Secret
from ..common.token import LIVE, LOCKED, OVER, UNKNOWN, UNPROVED
from .stored_session import detach, is_gone, load_latest

# Each of them is an answer; what else is raised says nothing of the session.
_REFUSALS = (AccessDenied, SessionExpiredException, UserError, werkzeug.exceptions.HTTPException)


def _page(self):
    """Stand for any page of the web client: nobody is led here."""


# What addons find in the endpoint that they are asked about.
_ENDPOINT = functools.update_wrapper(functools.partial(_page, None), _page)
_ENDPOINT.routing = {
    'type': 'http', 'auth': 'user', 'methods': ['GET'], 'routes': ['/web'], 'readonly': False, 'save_session': False,
}
_ENDPOINT.original_routing = _ENDPOINT.routing


def look(key, load=load_latest):
    """Return the `Look` at the session of a key, a `Secret`."""
    try:
        session = load(key)
        if session is None:
            return Look(OVER if is_gone(key) else UNPROVED)
        return look_at(session)[0]
    except Exception:
        log_failure('A session could not be looked at')
        return Look(UNKNOWN)


def look_at(session):
    """Return the `Look` at a session, and the exception by which Odoo refuses it."""
    copied = detach(session)
    if not copied.get('uid') or copied.get('db') != request.env.cr.dbname:
        return Look(OVER), SessionExpiredException('Session expired')
    uid = copied['uid']
    try:
        with acting_in(copied):
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


@contextmanager
def looking_at_many(uids):
    """Let looks at the sessions of these users read what they depend on at once, where the series can."""
    read = getattr(request.env['res.users'].sudo(), '_web_socketio_read_token_values', None)
    request._web_socketio_token_values = read(uids) if read else {}
    try:
        yield
    finally:
        del request._web_socketio_token_values


def _failed():
    log_failure('A session could not be looked at')
    request.env.cr.rollback()
    return Look(UNKNOWN)


@contextmanager
def acting_in(session):
    """Let what runs see a session as if it had sent this request."""
    thread, transaction = threading.current_thread(), request.env.transaction
    before = request.session, request.env, request.future_response
    default_env, uid = getattr(transaction, 'default_env', None), getattr(thread, 'uid', None)
    try:
        request.session = session
        request.future_response = type(request.future_response)()
        request._web_socketio_look = True
        request.update_env(user=session['uid'], context=dict(session.get('context') or {}), su=False)
        yield
    finally:
        request.session, request.env, request.future_response = before
        request._web_socketio_look = False
        thread.uid = uid
        if default_env is not None:
            transaction.default_env = default_env
