# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from functools import partial

from openerp.addons.web import http
from openerp.addons.web.controllers.main import Session
from openerp.modules.registry import RegistryManager

from ..common import token
from ..common.inspection import end_sessions, forget_others, log_failure
from ..common.secret import Secret
from . import stored_session

# OpenERP sweeps a session that was not used for a week.
SWEPT_SECONDS = 7 * 24 * 60 * 60


class WebSession(Session):
    _cp_path = '/web/session'

    @http.jsonrequest
    def destroy(self, req):
        session = _describe(req)
        result = super(WebSession, self).destroy(req)
        if session.db and session.uid:
            _settle(session, _bury)
        return result

    @http.jsonrequest
    def authenticate(self, req, *args, **kwargs):
        before = _describe(req)
        result = super(WebSession, self).authenticate(req, *args, **kwargs)
        after = _describe(req)
        # A log-in, even one that fails, takes the session from whoever was logged in before.
        if before.db and before.uid and (before.db, before.uid) != (after.db, after.uid):
            is_taken = after.uid and after.db == before.db
            _settle(before, partial(_forget_others, after.uid) if is_taken else _end)
        return result


def _describe(req):
    return stored_session.describe(Secret(req.httpsession.sid), Secret(req.session_id), req.session)


def _settle(session, function):
    try:
        registry = RegistryManager.get(session.db)
        # The module may be on the addons path, but not installed in this database.
        if registry.get('web_socketio.call') is not None:
            function(registry, session)
    except Exception:
        # The user is logged out already: telling them otherwise would be wrong. The sidecar asks in a minute.
        log_failure('The sockets of a session could not be ended at once')


def _bury(registry, session):
    # One after the other: a renewal that has finished before the session is buried has made a token that is ended here,
    # and one that finishes later sees the grave.
    with registry.cursor() as cr:
        token.bury(cr, session.uid, session.name, SWEPT_SECONDS)
    _end(registry, session)


def _end(registry, session):
    end_sessions(registry.cursor, [token.session_hash(session.name)])


def _forget_others(uid, registry, session):
    forget_others(registry.cursor, token.session_hash(session.name), uid)
