# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import http
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request

from ..common import lifetime, token as tokens
from ..series import MAJOR
from .stored_session import stored_session_id

JSON = 'json' if MAJOR < 19 else 'jsonrpc'


class WebSocketIO(http.Controller):
    # save_session=False: the page renews its token for hours without any action of its user. That must neither
    # prolong the session nor rotate its id under another tab's request.

    @http.route('/web_socketio/token', type=JSON, auth='user', save_session=False)
    def token(self, token=None):
        """Give the page a token for its socket, or extend the one that it has."""
        user = request.env.user
        user._web_socketio_check_session(request.session)
        parameters = request.env['ir.config_parameter'].sudo()
        try:
            seconds = lifetime.read(parameters.get_param(lifetime.PARAMETER))
        except ValueError as error:
            raise UserError(str(error)) from error
        context = dict(user.context_get())
        return {
            'db': request.env.cr.dbname,
            'uid': user.id,
            'token': tokens.issue(request.env.cr, user.id, stored_session_id(request.session), context, seconds, token),
            'expires_in': seconds,
            'url': parameters.get_param('web_socketio.url') or False,
        }

    # readonly=False: a route without login would otherwise be sent to a replica first, and run twice if it writes.
    @http.route('/web_socketio/call', type=JSON, auth='none', readonly=False, save_session=False)
    def call(self, token=None, call=None):
        """Run a public method as the user of the token: the sidecar's calls. See `call_json`."""
        uid = tokens.find(request.env.cr, token)
        if not uid:
            raise AccessDenied()
        request.update_env(user=uid)
        answer = request.env['web_socketio.call'].call_json(call)
        # After a rollback Odoo takes the session anew, which would be saved, and its cookie set.
        request.session.can_save = False
        return answer
