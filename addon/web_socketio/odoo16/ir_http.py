# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from functools import partial

from odoo import models
from odoo.http import SessionExpiredException, request

from ..common import settle, token
from ..common.inspection import forget_others, settle_alone
from ..common.route import PATHS
from ..common.secret import Secret
from .stored_session import detach, stored_session_id


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    @classmethod
    def _authenticate(cls, endpoint):
        if request.httprequest.path in PATHS and not getattr(request, '_web_socketio_look', False):
            # What pages and sidecars do by themselves is nothing that a device or a session did.
            request.session = detach(request.session)
        return super()._authenticate(endpoint)

    @classmethod
    def _dispatch(cls, endpoint):
        if request.httprequest.path in PATHS:
            # Of the token that a page of an older release sends, no function is to have a variable that a report of an
            # error could show.
            request.web_socketio_token = Secret(request.params.pop('token', None))
            (getattr(request.dispatcher, 'jsonrequest', {}).get('params') or {}).pop('token', None)
        return super()._dispatch(endpoint)

    @classmethod
    def _pre_dispatch(cls, rule, args):
        request._web_socketio_before = stored_session_id(request.session), request.session.uid
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _post_dispatch(cls, response):
        session_id, uid = getattr(request, '_web_socketio_before', (None, None))
        if uid and request.session.uid not in (None, uid):
            # Somebody logged in over a session, or goes on as another user. After the commit, with an own cursor:
            # this request may hold the rows that have to go.
            session_hash = token.session_hash(session_id)
            forget = partial(forget_others, request.env.registry.cursor, session_hash, request.session.uid)
            request.env.cr.postcommit.add(forget)
        return super()._post_dispatch(response)

    @classmethod
    def _handle_error(cls, exception):
        # A pause, such as that of a locked screen, is made of the end of a session. The page itself is told here, and its
        # sockets have to hear of it now: the next look may be most of a minute away.
        if isinstance(exception, SessionExpiredException) and type(exception) is not SessionExpiredException:
            hashes = [token.session_hash(stored_session_id(request.session))]
            settle_alone(request.registry.cursor, settle.lock_sessions, hashes)
        return super()._handle_error(exception)
