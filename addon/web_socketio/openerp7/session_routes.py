# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the sidecar asks OpenERP 7.0 and Odoo 8.0: JSON as text, which no framework has parsed.

No cookie is read, and no session is written. No exception leaves them.
"""
import json
import logging

from openerp.exceptions import Warning as UserError
from openerp.tools import ustr
from werkzeug.wrappers import Response

from ..common import body, origin
from ..common.inspection import log_failure
from ..series import module
from . import session_look, session_token
from .refused import Refused

stored_session = module('stored_session')

_logger = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024


def respond(route, *args):
    """Return the response of werkzeug for what a route answers, a text, or for how it refuses."""
    try:
        return Response(route(*args), mimetype='application/json')
    except Refused as refused:
        text = json.dumps({'error': {'name': 'odoo.exceptions.UserError', 'message': refused.text}})
        return Response(text, status=refused.status, mimetype='application/json')


def check(request, pool):
    """Say of tokens whether their sessions live: `{"tokens": [...]}`, `{"states": [...]}` in the same order.

    :param request: of werkzeug
    :param pool: the registry of the database
    """
    try:
        credentials = body.tokens(read(request))
    except ValueError as error:
        raise Refused(400, str(error))
    try:
        with pool.cursor() as cr:
            return json.dumps({'states': session_look.inspect(pool, cr).check(credentials)})
    except Exception:
        log_failure('Sessions could not be looked at')
        raise Refused(503, 'See the log of OpenERP.')


def exchange(request, pool):
    """Give a client that has a session, but no page, a token: `{"session_id", "sid"}`, the latter in OpenERP 7.0."""
    members = read(request)
    key = stored_session.key_of(body.secret(members, 'sid'), body.secret(members, 'session_id'))
    try:
        session = stored_session.find(key)
        if session is None or session.db != pool.db_name:
            return json.dumps({'refused': 'over'})
        return session_token.dumps(session_token.give(pool, session, session_token.Offer(None, None, origin_of(request))))
    except session_token.SessionExpired:
        return json.dumps({'refused': 'over'})
    except session_token.SessionLocked:
        return json.dumps({'refused': 'locked'})
    except UserError as error:
        _logger.warning('A client got no token: %s', error)
        return json.dumps({'error': {'name': 'odoo.exceptions.UserError', 'message': ustr(error)}})
    except Exception:
        log_failure('A client got no token')
        raise Refused(503, 'See the log of OpenERP.')


def read(request):
    """Return the members of the JSON object that a request brings: see `body`."""
    if (request.content_length or 0) > MOST_BYTES:
        raise Refused(413, 'This is longer than %s bytes.' % MOST_BYTES)
    try:
        return body.read(request.data)
    except ValueError as error:
        raise Refused(400, str(error))


def origin_of(request):
    """Return the scheme and host by which a request came, None if they are none."""
    return origin.read(*request.host_url.rstrip('/').split('://', 1))
