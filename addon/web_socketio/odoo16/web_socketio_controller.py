# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import SessionExpiredException, request

from ..common import body, echo, settle, token as tokens, worker_notice
from ..common.inspection import settle_alone
from ..common.route import ECHO
from ..common.token import LIVE, LOCKED, OVER, RENEWED, UNKNOWN
from ..odoo14 import page_token
from ..series import MAJOR
from .raw_route import COMMON, RAW, answer_raw
from .session_look import acting_in, look, look_at
from .stored_session import detach, load, sent_session_id, stored_session_id

JSON = 'json' if MAJOR < 19 else 'jsonrpc'


class WebSocketIO(http.Controller):

    @http.route('/web_socketio/token', type=JSON, **COMMON)
    def token(self, handle=None, company_ids=None, **_params):
        """Give the page whose cookie this is a token for its socket, or extend the one that it has.

        :param handle: of its token, if it has one; pages that were loaded before there were handles send the token
        :param company_ids: those in which the page works
        :return: `{db, uid, handle, expires_in, url}`, and `token` if it is new or was sent
        """
        token = request.web_socketio_token
        has_token = tokens.is_token(token.reveal())
        handle = tokens.handle_of(token) if has_token else handle
        session = request.session
        found, error = look_at(session)
        if error is None:
            answer = page_token.issue(found, handle, token, company_ids, request.httprequest.cookies.get('cids'))
            worker_notice.look(request.db, request.env.registry.cursor)
            return answer
        named = tokens.read_handle(handle)
        if found.state == OVER and named:
            # Who names a token without having it may only end one of the session whose id came with it.
            own = None if has_token else tokens.session_hash(sent_session_id(request.httprequest))
            settle_alone(request.env.registry.cursor, settle.end_token, named, own)
        elif found.state == LOCKED:
            hashes = [tokens.session_hash(stored_session_id(session))]
            settle_alone(request.env.registry.cursor, settle.lock_sessions, hashes)
        raise error

    @http.route('/web_socketio/call', **RAW)
    def call(self, **_params):
        """Run a public method as the user of a token: the sidecar's calls. See `call_json`.

        The body is JSON of `{credential, call}`; the answer is that of `call_json`, or `{"refused": state}`.
        """
        return answer_raw(_call, body.read)

    @http.route('/web_socketio/check', **RAW)
    def check(self, **_params):
        """Say what Odoo thinks of the sessions of tokens: JSON of `{tokens}` gives `{states}` in the same order.

        A state is `live`; `renewed`: live, and its row changed; `locked`: nobody gets anything at present; `over`, for
        good; `unproved`: the page has to come with its cookie; or `unknown`: Odoo cannot say, or there is no such token.
        """
        return answer_raw(_check, body.read)

    @http.route('/web_socketio/exchange', **RAW)
    def exchange(self, **_params):
        """Give a token for a session id: JSON of `{session_id, company_ids}` gives what the token route gives.

        Or `{"refused": "over" or "locked"}`.
        """
        return answer_raw(_exchange, body.read)

    @http.route(ECHO, type='http', methods=['GET', 'POST'], **COMMON)
    def echo(self, **_params):
        """Say what of a request reached Odoo. See `common.echo`."""
        request.session.can_save = False
        text = echo.describe(request.httprequest, page_token.sockets_url())
        return request.make_response(text, [('Content-Type', 'application/json'), ('Cache-Control', 'no-store')])


def _call(members):
    row, state, found = page_token.inspection().admit(body.secret(members, 'credential'))
    if state not in (LIVE, RENEWED):
        return json.dumps({'refused': state})
    request.update_env(user=row.uid, context=row.context)
    # A method may ask who its browser is, and change what it finds: each attempt has its own copy.
    session = (lambda: acting_in(detach(found.session))) if found else None
    return request.env['web_socketio.call']._answer(body.secret(members, 'call').reveal(), session)


def _check(members):
    states = page_token.inspection().check(body.tokens(members))
    # Nothing that was only looked at is to be written.
    request.env.cr.rollback()
    return json.dumps({'states': states})


def _exchange(members):
    # Not by the ids that it had before: those are worth nothing to Odoo.
    found = look(body.secret(members, 'session_id'), load)
    if found.state == LIVE:
        try:
            return json.dumps(page_token.issue(found, company_ids=members.get('company_ids')))
        except SessionExpiredException:
            return json.dumps({'refused': OVER})
    if found.state == UNKNOWN:
        raise UserError('Odoo could not look at the session; see its log.')
    return json.dumps({'refused': LOCKED if found.state == LOCKED else OVER})
