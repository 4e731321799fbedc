# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from functools import partial

from odoo import models
from odoo.http import request

from ..common import token
from ..common.inspection import forget_others
from ..common.route import PATHS
from ..common.secret import Secret
from .stored_session import detach


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    @classmethod
    def _dispatch(cls):
        if request.httprequest.path in PATHS:
            # What pages and sidecars do by themselves is nothing that a session did. And of the token that a page of an
            # older release sends, no function is to have a variable that a report of an error could show.
            request.session = detach(request.session)
            request.web_socketio_token = Secret(request.params.pop('token', None))
            (getattr(request, 'jsonrequest', {}).get('params') or {}).pop('token', None)
        session_id, uid = request.session.sid, request.session.uid
        result = super()._dispatch()
        if uid and request.session.uid not in (None, uid):
            # Somebody logged in over a session, or goes on as another user. After the commit, with an own cursor: this
            # request may hold the rows that have to go. Odoo saves the session even where the request failed.
            session_hash = token.session_hash(session_id)
            forget = partial(forget_others, request.registry.cursor, session_hash, request.session.uid)
            if request._failed:
                forget()
            else:
                request.cr.postcommit.add(forget)
        return result
