# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging
from functools import partial

import odoo
from odoo import http
from odoo.http import request

from ..common import token

try:
    from odoo.addons.web.controllers.session import Session
except ImportError:
    # Before 16.0.
    from odoo.addons.web.controllers.main import Session

_logger = logging.getLogger(__name__)


def _end_session(db, session_id):
    try:
        with odoo.registry(db).cursor() as cr:
            token.end_session(cr, session_id)
    except Exception:
        # The user is logged out already: telling them otherwise would be wrong. Their pages can't renew any more.
        _logger.exception('The sockets of a session that logged out could not be ended at once')


def _end_session_after_commit():
    # Before the log-out, which takes database and id away; it happens when the session's file is gone, with an own
    # cursor, since a request that changed the password before it logs out holds the very rows that have to be ended.
    if request.db:
        request.cr.postcommit.add(partial(_end_session, request.db, request.session.sid))


class WebSocketIOSession(Session):

    @http.route()
    def destroy(self):
        _end_session_after_commit()
        return super().destroy()

    @http.route()
    def logout(self, redirect='/web'):
        _end_session_after_commit()
        return super().logout(redirect=redirect)
