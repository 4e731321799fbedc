# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The routes of Odoo 8.0. None of them is an activity of a user."""
from openerp import http
from openerp.exceptions import Warning as UserError
from openerp.http import request
from openerp.modules.registry import RegistryManager

from ..common import echo, worker_notice
from ..common.inspection import log_failure
from ..common.route import ECHO
from ..common.secret import Secret
from ..openerp7 import session_routes, session_token
from ..openerp7.database import open_database
from ..openerp7.refused import Refused
from . import stored_session


class SessionExpiredException(http.SessionExpiredException):
    """By its name in later series: pages need to know one only."""
    __module__ = 'odoo.http'


class WebSocketIO(http.Controller):
    # "none", since it looks at the session itself: also at one that is over, whose token has to end.

    @http.route('/web_socketio/token', type='json', auth='none')
    def token(self, handle=None, token=None, **parameters):
        """Give the page a token for its socket, or extend the one that it has."""
        offer = session_token.Offer(handle, Secret(token), session_routes.origin_of(request.httprequest))
        try:
            pool = _database()
            session = stored_session.find(Secret(request.session.sid)) if request.session.uid else None
            if session is None:
                # By its cookie: Odoo may have given this request another id.
                name = Secret(request.httprequest.cookies.get('session_id') or '')
                session_token.refuse(pool, offer, name)
                raise session_token.SessionExpired()
            answer = session_token.give(pool, session, offer)
            worker_notice.look(pool.db_name, pool.cursor)
        except (session_token.SessionExpired, Refused):
            raise SessionExpiredException('Session expired')
        except UserError:
            raise
        except Exception:
            log_failure('A page got no token')
            raise UserError('See the log of Odoo.')
        _write_no_session()
        return dict(answer, token=answer['token'].reveal()) if 'token' in answer else answer

    @http.route('/web_socketio/check', type='http', auth='none', methods=['POST'])
    def check(self, **parameters):
        """Say of tokens whether their sessions live."""
        return _respond(session_routes.check)

    @http.route('/web_socketio/exchange', type='http', auth='none', methods=['POST'])
    def exchange(self, **parameters):
        """Give a client that has a session, but no page, a token."""
        return _respond(session_routes.exchange)

    @http.route(ECHO, type='http', auth='none')
    def echo(self, **parameters):
        """Say what of a request reached Odoo. See `common.echo`."""
        response = session_routes.respond(echo.describe, request.httprequest)
        _write_no_session()
        return response


def _respond(route):
    response = session_routes.respond(lambda: route(request.httprequest, _database()))
    _write_no_session()
    return response


def _write_no_session():
    # Odoo keeps a file for each request that brings no cookie, and dates one that brings it.
    if not request.session.rotate:
        request.session.modified = False


def _database():
    # Of the session itself: `auth="none"` may hide it. A request without a cookie has one where there is one database
    # for its host; where there are several, and this addon is loaded for the whole server, the sidecar names it.
    db = request.session.db
    pool = RegistryManager.get(db) if db else open_database(_named())
    if pool is None or pool.get('web_socketio.call') is None:
        raise Refused(404, 'Odoo knows no database for this host in which web_socketio is installed.')
    return pool


def _named():
    name = request.httprequest.headers.get('X-Odoo-Database')
    return name if name and http.db_filter([name]) else None
