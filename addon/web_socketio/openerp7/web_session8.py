# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Sessions and routes of Odoo 8.0, which already are what later series have."""
import logging

from openerp import http
from openerp.addons.web.controllers.main import Session
from openerp.exceptions import AccessDenied
from openerp.http import request
from openerp.modules.registry import RegistryManager

from ..common import token as tokens
from . import token_answer

_logger = logging.getLogger(__name__)


class WebSocketIO(http.Controller):

    @http.route('/web_socketio/token', type='json', auth='user')
    def token(self, token=None, **parameters):
        """Give the page a token for its socket, or extend the one that it has."""
        cr, uid, pool, session = request.cr, request.uid, request.registry, request.session
        try:
            pool['res.users']._web_socketio_check_session(cr, uid, session.login, session.password)
        except AccessDenied:
            raise http.SessionExpiredException('Session expired')
        return token_answer.issue(pool, cr, uid, session.sid, token)


class WebSession(Session):

    @http.route()
    def destroy(self):
        db, session_id = request.session.db, request.session.sid
        result = super(WebSession, self).destroy()
        self._web_socketio_end_session(db, session_id)
        return result

    @http.route()
    def logout(self, redirect='/web'):
        db, session_id = request.session.db, request.session.sid
        result = super(WebSession, self).logout(redirect=redirect)
        self._web_socketio_end_session(db, session_id)
        return result

    def _web_socketio_end_session(self, db, session_id):
        try:
            registry = db and RegistryManager.get(db)
            if registry and registry.get('web_socketio.call') is not None:
                with registry.cursor() as cr:
                    tokens.end_session(cr, session_id)
        except Exception:
            # The user is logged out already: telling them otherwise would be wrong. Their pages can't renew any more.
            _logger.exception('The sockets of a session that logged out could not be ended at once')
