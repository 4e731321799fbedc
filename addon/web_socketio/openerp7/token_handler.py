# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The token route of OpenERP 7.0.

No controller: OpenERP writes the session back after each request to one, with what it read before. A renewal that runs
while its user logs out would bring the session to life again, and every renewal would prolong it. So this is a WSGI
handler, which OpenERP asks before its web client if it was registered before.
"""
import json
import logging

from openerp.addons.web import http
from openerp.exceptions import AccessDenied, Warning as UserError
from openerp.modules.registry import RegistryManager
from openerp.service import wsgi_server
from openerp.tools import ustr
from werkzeug.wrappers import Request, Response

from ..common import token as tokens
from . import stored_session, token_answer
from .conflict import is_conflict

_logger = logging.getLogger(__name__)

PATH = '/web_socketio/token'
ATTEMPTS = 5


class SessionExpired(Exception):
    pass


def handle(environ, start_response):
    """Answer the requests for a token, JSON-RPC as everywhere in OpenERP, and none else."""
    if environ['PATH_INFO'] != PATH or environ['REQUEST_METHOD'] != 'POST':
        return None
    request = Request(environ)
    try:
        body = json.loads(request.data)
        params = dict(body.get('params') or {})
    except (AttributeError, TypeError, ValueError):
        return Response('This is no JSON-RPC.', status=400)(environ, start_response)
    sid = request.cookies.get('sid') or request.args.get('sid')
    answer = _answer(sid, params.get('session_id'), params.get('token'))
    answer.update(jsonrpc='2.0', id=body.get('id'))
    return Response(json.dumps(answer), mimetype='application/json')(environ, start_response)


def _answer(sid, session_id, token):
    try:
        return {'result': _renew(sid, session_id, token)}
    except SessionExpired:
        return _error(100, 'OpenERP Session Invalid', 'odoo.http.SessionExpiredException', 'Session expired')
    except UserError as error:
        _logger.warning('A page got no token: %s', error)
        return _error(200, 'OpenERP Server Error', 'odoo.exceptions.UserError', ustr(error))
    except Exception as error:
        _logger.exception('A page got no token')
        return _error(200, 'OpenERP Server Error', type(error).__name__, 'See the log of OpenERP.')


def _error(code, title, name, message):
    # As later series answer: pages and the sidecar need to know one form only.
    return {'error': {'code': code, 'message': title, 'data': {'name': name, 'message': message}}}


def _renew(sid, session_id, token):
    """Give the page of a session a token for its socket, or extend the one that it has."""
    session = stored_session.find(sid, session_id)
    if session is None:
        raise SessionExpired()
    RegistryManager.check_registry_signaling(session._db)
    pool = RegistryManager.get(session._db)
    if pool.get('web_socketio.call') is None:
        raise UserError("The module web_socketio is not installed in the database '%s'" % session._db)
    name = stored_session.name(sid, session_id, session)
    answer = _issue(pool, session, name, token)
    # Looked at after the commit: a log-out that comes later ends this token, too.
    if stored_session.find(sid, session_id) is None or _is_buried(pool, name):
        with pool.cursor() as cr:
            tokens.end_session(cr, name)
        raise SessionExpired()
    return answer


def _issue(pool, session, name, token):
    for attempt in range(ATTEMPTS):
        try:
            with pool.cursor() as cr:
                pool.get('res.users')._web_socketio_check_session(cr, session._uid, session._login, session._password)
                return token_answer.issue(pool, cr, session._uid, name, token)
        except AccessDenied:
            raise SessionExpired()
        except Exception as error:
            # A log-out or a change of the password at the same time: what it says has to be seen.
            if not is_conflict(error) or attempt + 1 == ATTEMPTS:
                raise


def _is_buried(pool, name):
    with pool.cursor() as cr:
        return tokens.is_buried(cr, name)


if any(isinstance(handler, http.Root) for handler in wsgi_server.module_handlers):
    _logger.warning('web_socketio came onto the addons path of a running OpenERP: start OpenERP again to use it')
wsgi_server.register_wsgi_handler(handle)
