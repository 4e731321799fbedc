# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import UserError
from odoo.http import SessionExpiredException, request

from ..common import companies, lifetime, origin, settle, token as tokens
from ..common.inspection import IMPERSONATOR, Inspection, end_sessions, forget_others, settle_alone
from ..common.token import LIVE, LOCKED, OVER
from ..series import MAJOR, module

look = module('session_look').look
load = module('stored_session').load
stored_session_id = module('stored_session').stored_session_id


def issue(found, handle=None, token=None, company_ids=None, cids=None):
    """Give the page of a session a token, or extend the one that it has.

    :param found: `Look` at the session, LIVE
    :param handle: what the page sent, anything
    :param token: what the page of an older release sent instead, a `Secret`
    :param company_ids: what the page sent, anything
    :param cids: the value of the web client's cookie
    :return: what the page gets
    :raises SessionExpiredException: if the session is over by now; UserError
    """
    user = _user(found.uid)
    seconds = token_lifetime()
    context = _context(found, user, companies.choose(company_ids, cids, own_companies(user)))
    # READ COMMITTED, and its own commit: nothing of it can fail later, with what it returned at hand.
    with request.env.registry.cursor() as cr:
        settle.begin(cr)
        handle, token = tokens.issue(
            cr, user.id, stored_session_id(found.session), context, seconds, handle, token,
            origin.read(request.httprequest.scheme, request.httprequest.host), found.key,
        )
    _look_again(found)
    answer = {
        'db': request.env.cr.dbname,
        'uid': user.id,
        'handle': handle,
        'expires_in': seconds,
        'url': sockets_url(),
    }
    return dict(answer, token=token.reveal()) if token else answer


def sockets_url():
    """Return where pages find the sidecar, if that is not Odoo's own address; else False."""
    return request.env['ir.config_parameter'].sudo().get_param('web_socketio.url') or False


def issue_many(pages):
    """Give each of many sessions a token: one commit for all of them, and no second look at those that stayed as they were.

    What ends a session changes it in Odoo's store first, and ends its rows then. So a session that is read from the store
    after the commit, and is word for word what was looked at before, had not ended when its row was there for all to see:
    whatever ends it later finds the row. What depends on the database alone, such as a password, the sidecars hear of by
    a trigger, whether it finds a row or not. Only a session that has changed is looked at again.

    :param pages: list of `(look, session)`: a `Look` that was LIVE, and the session as it was stored when looked at
    :return: list of a token, a `Secret`, for each of them, None where the session is over by now
    """
    seconds = lifetime.read_or_default(request.env['ir.config_parameter'].sudo().get_param(lifetime.PARAMETER))
    grants = []
    for found, _session in pages:
        user = _user(found.uid)
        grants.append((user.id, stored_session_id(found.session), _context(found, user, []), found.key))
    # As in `issue`.
    with request.env.registry.cursor() as cr:
        settle.begin(cr)
        issued = tokens.issue_many(
            cr, grants, seconds, origin.read(request.httprequest.scheme, request.httprequest.host)
        )
    return [
        token if _is_same(found.key, session) or not _is_over(found) else None
        for token, (found, session) in zip(issued, pages)
    ]


def _is_same(key, session):
    again = load(key)
    return again is not None and dict(again) == dict(session)


def _is_over(found):
    try:
        _look_again(found)
    except SessionExpiredException:
        return True
    return False


def _look_again(found):
    """Look at a session whose token is committed, and refuse it if it has changed meanwhile.

    What ends a session changes it in Odoo's store first, and ends its rows then: so either that is seen here, or the
    row was seen there.

    :param found: the `Look` that was LIVE
    """
    again = look(found.key)
    if again.state == LIVE and again.uid == found.uid:
        return
    open_cursor = request.env.registry.cursor
    session_hash = tokens.session_hash(stored_session_id(found.session))
    if again.state == OVER:
        end_sessions(open_cursor, [session_hash])
        raise SessionExpiredException('Session expired')
    if again.uid not in (None, found.uid):
        forget_others(open_cursor, session_hash, again.uid)
    elif again.state == LOCKED:
        settle_alone(open_cursor, settle.lock_sessions, [session_hash])
    raise UserError('The session has changed since it asked for a token. Ask again.')


def inspection():
    """Return the `Inspection` of this request."""
    # The token route refuses a wrong one; those who have a token go on.
    seconds = lifetime.read_or_default(request.env['ir.config_parameter'].sudo().get_param(lifetime.PARAMETER))
    return Inspection(request.env.cr, request.env.registry.cursor, look, _context_of_row, seconds)


def token_lifetime():
    """Return seconds, or raise a sentence for users."""
    try:
        return lifetime.read(request.env['ir.config_parameter'].sudo().get_param(lifetime.PARAMETER))
    except ValueError as error:
        raise UserError(str(error)) from error


def own_companies(user):
    # Remembered by Odoo from 16.0 on, and read every time before.
    return user._get_company_ids() if MAJOR >= 16 else user.company_ids.ids


def own_context(user):
    # Odoo 14 adds its user when it makes a session of it.
    return dict(user.context_get(), uid=user.id)


def _context_of_row(found, row):
    user = _user(found.uid)
    return _context(found, user, companies.choose(row.context.get(companies.KEY), None, own_companies(user)))


def _context(found, user, company_ids):
    context = own_context(user)
    if company_ids:
        context[companies.KEY] = company_ids
    if found.session.get(IMPERSONATOR):
        context[IMPERSONATOR] = found.session[IMPERSONATOR]
    return context


def _user(uid):
    return request.env(user=uid, context={}, su=False)['res.users'].browse(uid)
