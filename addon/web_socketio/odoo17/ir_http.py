# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging
from functools import partial

from odoo import models
from odoo.http import request

from ..common import token
from ..odoo16.stored_session import stored_session_id

_logger = logging.getLogger(__name__)


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    @classmethod
    def _post_logout(cls):
        super()._post_logout()
        # The session has been emptied, but it still has its id. After the commit and with an own cursor: the routes
        # that log out are read-only, and a request that changed the password before it logs out holds the very rows
        # that have to be ended, so that an own cursor would wait for ever.
        session_id = stored_session_id(request.session)
        request.env.cr.postcommit.add(partial(cls._web_socketio_end_session, request.env.registry, session_id))

    @classmethod
    def _web_socketio_end_session(cls, registry, session_id):
        try:
            with registry.cursor() as cr:
                token.end_session(cr, session_id)
        except Exception:
            # The user is logged out already: telling them otherwise would be wrong. Their pages can't renew any more.
            _logger.exception('The sockets of a session that logged out could not be ended at once')
