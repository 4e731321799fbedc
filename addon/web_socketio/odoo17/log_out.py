# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from functools import partial

from odoo import models
from odoo.http import request

from ..common import token
from ..common.inspection import end_sessions
from ..series import module

stored_session_id = module('stored_session').stored_session_id


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    @classmethod
    def _post_logout(cls):
        super()._post_logout()
        if getattr(request, '_web_socketio_look', False):
            return  # a copy, at which somebody looks
        # The session has been emptied, but it still has its id. After the commit and with an own cursor: the routes
        # that log out are read-only, and a request that changed the password before it logs out holds the very rows
        # that have to be ended, so that an own cursor would wait for ever.
        hashes = [token.session_hash(stored_session_id(request.session))]
        request.env.cr.postcommit.add(partial(end_sessions, request.env.registry.cursor, hashes))
