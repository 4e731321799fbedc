# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The log-out of Odoo 8.0, and a log-in over another one."""
from openerp import http
from openerp.addons.web.controllers.main import Session
from openerp.http import request
from openerp.modules.registry import RegistryManager

from ..common import token as tokens
from ..common.inspection import end_sessions, log_failure
from ..common.secret import Secret


class WebSession(Session):

    @http.route()
    def destroy(self):
        session = _Ended()
        result = super(WebSession, self).destroy()
        session.end()
        return result

    @http.route()
    def logout(self, redirect='/web'):
        session = _Ended()
        result = super(WebSession, self).logout(redirect=redirect)
        session.end()
        return result


class _Ended(object):
    """The session of a request, before it logs out: then it has neither database nor id any more."""

    def __init__(self):
        self.db = request.session.db
        self.id = Secret(request.session.sid)

    def end(self):
        try:
            registry = self.db and RegistryManager.get(self.db)
            if registry and registry.get('web_socketio.call') is not None:
                end_sessions(registry.cursor, [tokens.session_hash(self.id)])
        except Exception:
            # The user is logged out already: telling them otherwise would be wrong. The sidecar asks in a minute.
            log_failure('The sockets of a session that logged out could not be ended at once')
