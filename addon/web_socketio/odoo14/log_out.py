# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from functools import partial

import odoo
from odoo import http
from odoo.http import request

from ..common import token
from ..common.inspection import end_sessions

try:
    from odoo.addons.web.controllers.session import Session
except ImportError:
    # Before 16.0.
    from odoo.addons.web.controllers.main import Session


def _end_session_after_commit():
    # Before the log-out, which takes database and id away; it happens when the session's file is gone, with an own
    # cursor, since a request that changed the password before it logs out holds the very rows that have to be ended.
    if request.db:
        hashes = [token.session_hash(request.session.sid)]
        request.cr.postcommit.add(partial(end_sessions, odoo.registry(request.db).cursor, hashes))


class WebSocketIOSession(Session):

    @http.route()
    def destroy(self):
        _end_session_after_commit()
        return super().destroy()

    @http.route()
    def logout(self, redirect='/web'):
        _end_session_after_commit()
        return super().logout(redirect=redirect)
