# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The routes of OpenERP 7.0.

No controllers: OpenERP writes the session back after each request to one, with what it read before. A renewal that runs
while its user logs out would bring the session to life again, and every renewal would prolong it. So this is a WSGI
handler, which OpenERP asks before its web client if it was registered before.
"""
import logging

from openerp.addons.web import http
from openerp.service import wsgi_server
from werkzeug.wrappers import Request

from ..common import echo
from ..common.inspection import log_failure
from ..common.route import ECHO
from . import session_routes, token_route
from .database import open_database
from .refused import Refused

_logger = logging.getLogger(__name__)


def handle(environ, start_response):
    """Answer the requests to our routes, and none else."""
    path, method = environ['PATH_INFO'], environ['REQUEST_METHOD']
    if path in ECHO and method in ('GET', 'POST'):
        return session_routes.respond(echo.describe, Request(environ))(environ, start_response)
    route = ROUTES.get(path)
    if route is None or method != 'POST':
        return None
    return session_routes.respond(route, Request(environ))(environ, start_response)


def _check(request):
    return session_routes.check(request, _database(request))


def _exchange(request):
    return session_routes.exchange(request, _database(request))


ROUTES = {
    '/web_socketio/token': token_route.token,
    '/web_socketio/check': _check,
    '/web_socketio/exchange': _exchange,
}


def _database(request):
    try:
        # As later series do; the host says nothing here.
        pool = open_database(request.headers.get('X-Odoo-Database'))
    except Exception:
        log_failure('A database could not be opened')
        raise Refused(503, 'See the log of OpenERP.')
    if pool is None:
        raise Refused(404, 'Name a database in which web_socketio is installed, in the header X-Odoo-Database.')
    return pool


if any(isinstance(handler, http.Root) for handler in wsgi_server.module_handlers):
    _logger.warning('web_socketio came onto the addons path of a running OpenERP: start OpenERP again to use it')
wsgi_server.register_wsgi_handler(handle)
