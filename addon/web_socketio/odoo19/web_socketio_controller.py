# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import http
from odoo.exceptions import AccessDenied, UserError
from odoo.http import STORED_SESSION_BYTES, request

from ..common import lifetime, token as tokens


class WebSocketIO(http.Controller):
    # save_session=False: the page renews its token for hours without any action of its user. That must neither
    # prolong the session nor rotate its id under another tab's request.

    @http.route('/web_socketio/token', type='jsonrpc', auth='user', save_session=False)
    def token(self, token=None):
        """Give the page a token for its socket, or extend the one that it has."""
        user = request.env.user
        user._web_socketio_check_session(request.session)
        parameters = request.env['ir.config_parameter'].sudo()
        try:
            seconds = lifetime.read(parameters.get_param(lifetime.PARAMETER))
        except ValueError as error:
            raise UserError(str(error)) from error
        session_id = request.session.sid[:STORED_SESSION_BYTES]  # the part that a rotation keeps
        context = dict(user.context_get())
        return {
            'db': request.env.cr.dbname,
            'uid': user.id,
            'token': tokens.issue(request.env.cr, user.id, session_id, context, seconds, token),
            'expires_in': seconds,
            'url': parameters.get_param('web_socketio.url') or False,
        }

    # readonly=False: a route without login would otherwise be sent to a replica first, and run twice if it writes.
    @http.route('/web_socketio/call', type='jsonrpc', auth='none', readonly=False, save_session=False)
    def call(self, token=None, call=None):
        """Run a public method as the user of the token: the sidecar's calls. See `call_json`."""
        uid = tokens.find(request.env.cr, token)
        if not uid:
            raise AccessDenied()
        request.update_env(user=uid)
        return request.env['web_socketio.call'].call_json(call)
