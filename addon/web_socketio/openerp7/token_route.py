# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What OpenERP 7.0 answers a page: JSON-RPC, as to all of its requests."""
import json
import logging

from openerp.exceptions import Warning as UserError
from openerp.modules.registry import RegistryManager
from openerp.tools import ustr

from ..common import worker_notice
from ..common.inspection import log_failure
from ..common.secret import Secret
from . import session_routes, session_token, stored_session
from .database import open_database
from .refused import Refused
from .session_token import SessionExpired

_logger = logging.getLogger(__name__)


def token(request):
    """Give the page of a session a token for its socket, or extend the one that it has.

    :param request: of werkzeug
    """
    call = _read(request)
    params = Secret(call.reveal().get('params') or {})
    if not isinstance(params.reveal(), dict):
        raise Refused(400, 'The parameters are no JSON object.')
    answer = _answer(request, params)
    answer.update(jsonrpc='2.0', id=call.reveal().get('id'))
    return session_token.dumps(answer)


def _read(request):
    try:
        call = Secret(json.loads(request.data))
    except ValueError:
        raise Refused(400, 'This is no JSON.')
    if not isinstance(call.reveal(), dict):
        raise Refused(400, 'This is no JSON-RPC.')
    return call


def _answer(request, params):
    try:
        return {'result': _give(request, params)}
    except SessionExpired:
        return _error(100, 'OpenERP Session Invalid', 'odoo.http.SessionExpiredException', 'Session expired')
    except UserError as error:
        _logger.warning('A page got no token: %s', error)
        return _error(200, 'OpenERP Server Error', 'odoo.exceptions.UserError', ustr(error))
    except Exception as error:
        log_failure('A page got no token')
        return _error(200, 'OpenERP Server Error', type(error).__name__, 'See the log of OpenERP.')


def _give(request, params):
    offer = session_token.Offer(
        params.reveal().get('handle'), Secret(params.reveal().get('token')), session_routes.origin_of(request)
    )
    sid = Secret(request.cookies.get('sid') or request.args.get('sid'))
    session = stored_session.find(stored_session.key_of(sid, Secret(params.reveal().get('session_id'))))
    if session is None:
        # Which database it was in, only the page knows.
        pool = open_database(params.reveal().get('db'))
        if pool is not None:
            session_token.refuse(pool, offer)
        raise SessionExpired()
    RegistryManager.check_registry_signaling(session.db)
    pool = RegistryManager.get(session.db)
    if pool.get('web_socketio.call') is None:
        raise UserError("The module web_socketio is not installed in the database '%s'" % session.db)
    answer = session_token.give(pool, session, offer)
    worker_notice.look(session.db, pool.cursor)
    return answer


def _error(code, title, name, message):
    # As later series answer: pages and the sidecar need to know one form only.
    return {'error': {'code': code, 'message': title, 'data': {'name': name, 'message': message}}}
