# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import http
from odoo.exceptions import AccessDenied, UserError
from odoo.http import STORED_SESSION_BYTES, request

TOKEN_LIFETIME_SECONDS = 15 * 60
SHORTEST_LIFETIME_SECONDS = 60


def _read_lifetime(text):
    """Return the seconds for which a token lives, from the system parameter."""
    if not text:
        return TOKEN_LIFETIME_SECONDS
    if not text.isdigit() or int(text) < SHORTEST_LIFETIME_SECONDS:
        raise UserError(
            "The system parameter web_socketio.token_lifetime is '%s'. Give a number of seconds, %s or more."
            % (text, SHORTEST_LIFETIME_SECONDS)
        )
    return int(text)


class WebSocketIO(http.Controller):
    # save_session=False: the page renews its token for hours without any action of its user. That must neither
    # prolong the session nor rotate its id under another tab's request.

    @http.route('/web_socketio/token', type='jsonrpc', auth='user', save_session=False)
    def token(self, token=None):
        """Give the page a token for its socket, or extend the one that it has."""
        user = request.env.user
        user._web_socketio_check_session(request.session)
        parameters = request.env['ir.config_parameter'].sudo()
        lifetime = _read_lifetime(parameters.get_param('web_socketio.token_lifetime'))
        session_id = request.session.sid[:STORED_SESSION_BYTES]  # the part that a rotation keeps
        context = dict(user.context_get())
        return {
            'db': request.env.cr.dbname,
            'uid': user.id,
            'token': request.env['web_socketio.token']._issue(user.id, session_id, context, lifetime, token),
            'expires_in': lifetime,
            'url': parameters.get_param('web_socketio.url') or False,
        }

    # readonly=False: a route without login would otherwise be sent to a replica first, and run twice if it writes.
    @http.route('/web_socketio/call', type='jsonrpc', auth='none', readonly=False, save_session=False)
    def call(self, token=None, call=None):
        """Run a public method as the user of the token: the sidecar's calls. See `call_json`."""
        uid = request.env['web_socketio.token']._find(token)
        if not uid:
            raise AccessDenied()
        request.update_env(user=uid)
        return request.env['web_socketio.call'].call_json(call)
