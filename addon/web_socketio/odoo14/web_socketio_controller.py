# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import http
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request

from ..common import lifetime, token as tokens


class WebSocketIO(http.Controller):
    # save_session=False: the page renews its token for hours without any action of its user, which must not touch the
    # session, and the sidecar needs none.

    @http.route('/web_socketio/token', type='json', auth='user', save_session=False)
    def token(self, token=None):
        """Give the page a token for its socket, or extend the one that it has."""
        user = request.env.user
        user._web_socketio_check_session(request.session)
        parameters = request.env['ir.config_parameter'].sudo()
        try:
            seconds = lifetime.read(parameters.get_param(lifetime.PARAMETER))
        except ValueError as error:
            raise UserError(str(error)) from error
        context = dict(user.context_get(), uid=user.id)
        return {
            'db': request.env.cr.dbname,
            'uid': user.id,
            'token': tokens.issue(request.env.cr, user.id, request.session.sid, context, seconds, token),
            'expires_in': seconds,
            'url': parameters.get_param('web_socketio.url') or False,
        }

    @http.route('/web_socketio/call', type='json', auth='none', save_session=False)
    def call(self, token=None, call=None):
        """Run a public method as the user of the token: the sidecar's calls. See `call_json`."""
        uid = tokens.find(request.cr, token)
        if not uid:
            raise AccessDenied()
        request.uid = uid
        return request.env['web_socketio.call'].call_json(call)
