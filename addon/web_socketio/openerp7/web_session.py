# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging

from openerp.addons.web import http
from openerp.addons.web.controllers.main import Session
from openerp.modules.registry import RegistryManager

from ..common import token
from . import stored_session

_logger = logging.getLogger(__name__)

# OpenERP sweeps a session that was not used for a week.
SWEPT_SECONDS = 7 * 24 * 60 * 60


class WebSession(Session):
    _cp_path = '/web/session'

    @http.jsonrequest
    def destroy(self, req):
        session = req.session
        result = super(WebSession, self).destroy(req)
        if session._db and session._uid:
            name = stored_session.name(req.httpsession.sid, req.session_id, session)
            self._web_socketio_end_session(session._db, session._uid, name)
        return result

    def _web_socketio_end_session(self, db, uid, session_id):
        try:
            registry = RegistryManager.get(db)
            if registry.get('web_socketio.call') is None:
                return  # the module is on the addons path, but not installed in this database
            # One after the other: a renewal that has finished before the session is buried has made a token that is
            # ended here, and one that finishes later sees the grave.
            with registry.cursor() as cr:
                token.bury(cr, uid, session_id, SWEPT_SECONDS)
            with registry.cursor() as cr:
                token.end_session(cr, session_id)
        except Exception:
            # The user is logged out already: telling them otherwise would be wrong. Their pages can't renew any more.
            _logger.exception('The sockets of a session that logged out could not be ended at once')
