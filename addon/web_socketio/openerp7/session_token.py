# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Tokens for sessions that prove themselves."""
import json

from openerp import SUPERUSER_ID
from openerp.exceptions import AccessDenied, Warning as UserError

from ..common import lifetime, settle, token as tokens
from ..common.inspection import end_sessions
from ..series import module
from . import session_look
from .conflict import is_conflict

stored_session = module('stored_session')

ATTEMPTS = 5


class SessionExpired(Exception):
    """The session is surely over."""


class SessionLocked(UserError):
    """OpenERP refuses the password of the session at present."""


class Offer(object):
    """What a client sends besides its session.

    :param handle: of the token that it has: anything
    :param token: what clients of older releases send instead, a `Secret` of anything, or None
    :param origin: the scheme and host by which it reached OpenERP, None if nobody knows
    """

    def __init__(self, handle, token, origin):
        self.handle = handle
        self.token = token
        self.origin = origin

    @property
    def name(self):
        """The key of the token's row, None if the client has none."""
        return tokens.read_handle(tokens.handle_of(self.token) if self.has_token else self.handle)

    @property
    def has_token(self):
        """Did the client send the token itself?"""
        return bool(self.token and tokens.is_token(self.token.reveal()))


def give(pool, session, offer):
    """Give a client a token for its socket, or extend the one that it has.

    :param session: a LoggedIn, which OpenERP has yet to agree to
    :return: what the client gets, a dictionary for `dumps`
    :raises SessionExpired: its tokens are ended then; SessionLocked, UserError
    """
    try:
        answer = _issue(pool, session, offer)
        # Looked at after the commit: a log-out that comes later ends this token, too.
        if stored_session.find(session.key) is None or _is_buried(pool, session):
            raise SessionExpired()
        return answer
    except SessionExpired:
        end_sessions(pool.cursor, [tokens.session_hash(session.name)])
        refuse(pool, offer, session.name)
        raise


def refuse(pool, offer, name=None):
    """End the token that a client names whose session is surely over, if it has it, or sent the session's name.

    :param name: of that session, a `Secret`; None where nobody can tell it, since it is gone
    """
    if offer.name is not None and (offer.has_token or name is not None):
        with pool.cursor() as cr:
            settle.begin(cr)
            settle.end_token(cr, offer.name, None if offer.has_token else tokens.session_hash(name))


def dumps(answer):
    """Return JSON of an answer: the token in it in clear text, only here."""
    return json.dumps(answer, default=lambda secret: secret.reveal())


def _issue(pool, session, offer):
    users = pool.get('res.users')
    for attempt in range(ATTEMPTS):
        try:
            with pool.cursor() as cr:
                settle.begin(cr)
                version = users._web_socketio_check_session(cr, session)
                answer = _answer(pool, cr, session, offer)
            # A change of the user that was committed meanwhile did not see this token.
            with pool.cursor() as cr:
                if users._web_socketio_version(cr, session) == version:
                    return answer
        except AccessDenied:
            with pool.cursor() as cr:
                if session_look.is_surely_over(cr, session):
                    raise SessionExpired()
            raise SessionLocked('The password of this session is refused at present. Try again later.')
        except Exception as error:
            # A log-out or a change of the password at the same time: what it says has to be seen.
            if not is_conflict(error) or attempt + 1 == ATTEMPTS:
                raise
    raise UserError('The user changes all the time. Try again later.')


def _answer(pool, cr, session, offer):
    get_param = pool.get('ir.config_parameter').get_param
    try:
        seconds = lifetime.read(get_param(cr, SUPERUSER_ID, lifetime.PARAMETER))
    except ValueError as error:
        raise UserError(error.args[0])
    uid = session.uid
    handle, token = tokens.issue(
        cr, uid, session.name, session_look.context_of(pool, cr, uid), seconds,
        offer.handle, offer.token, offer.origin, session.key,
    )
    answer = {
        'db': cr.dbname,
        'uid': uid,
        'handle': handle,
        'expires_in': seconds,
        'url': get_param(cr, SUPERUSER_ID, 'web_socketio.url') or False,
    }
    return dict(answer, token=token) if token else answer


def _is_buried(pool, session):
    with pool.cursor() as cr:
        return tokens.is_buried(cr, session.name)
