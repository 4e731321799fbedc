# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Whose socket it is about which the sidecar asks, by what Odoo thinks of the session now."""
from odoo.addons.web_socketio.common.token import LIVE, LOCKED, OVER, RENEWED, UNPROVED, handle_of
from odoo.addons.web_socketio.odoo14 import page_token
from odoo.addons.web_socketio.series import module
from odoo.http import request

from .ask import CLOSED
from .visitor import visited_by

_stored_session, _session_look = module('stored_session'), module('session_look')

# Why something is not done for a socket.
EXPIRED, WAITS, FAILED, OTHER_DATABASE, INVALID = 'expired', 'locked', 'failed', 'database', 'invalid'


class Standing(object):
    """What is known of the session of one browser.

    :param session: as it is stored, None if it is not there
    :param found: the `Look` at it, None if it has no user
    :param state: what Odoo says of it
    :param leaver: the `Row` of a session that ended a moment ago, for what is done at the end of its sockets
    """

    def __init__(self, session=None, found=None, state=LIVE, leaver=None):
        self.session = session
        self.found = found
        self.uid = found.uid if found else leaver.uid if leaver else None
        self._state = state
        self._leaver = leaver

    def refusal(self, ask):
        """Return the answer to a socket for which nothing is to be done, None if something is."""
        db = (self.session or {}).get('db')
        if db and db != request.env.cr.dbname:
            return {'refused': OTHER_DATABASE, 'db': db}
        if self._state not in (LIVE, RENEWED) and not (self._state == LOCKED and ask.kind == CLOSED):
            return {'refused': {OVER: EXPIRED, UNPROVED: EXPIRED, LOCKED: WAITS}.get(self._state, FAILED)}
        if self._leaver and ask.kind != CLOSED:
            return {'refused': EXPIRED}
        if ask.is_first:
            return None
        # Nobody becomes a stranger, or another user, behind the back of the page. But a visitor's session may have been
        # missing all the time: Odoo stores none that holds nothing.
        gone = ask.had_session and self.session is None and not self.uid
        return {'refused': EXPIRED} if gone or ask.uid != self.uid else None

    def detached(self):
        """Return the session to act in: a copy that is never saved."""
        if self.found and self.found.session is not None:
            return _stored_session.detach(self.found.session)
        if self.session is not None:
            return _stored_session.detach(self.session)
        session = _stored_session.detach(request.session)
        if self._leaver:
            session.update(uid=self._leaver.uid, context=self._leaver.context)
        else:
            session['context'] = dict(session.get('context') or {}, lang=request.default_lang())
        return session

    def stored(self, ask):
        """Return that session to act in, as it is stored: for what saves it by itself, as Odoo's `auth_timeout` does."""
        if self.session is None:
            return self.detached()
        session = _stored_session.load_latest(self.found and self.found.key or ask.session_key)
        return session if session and session.get('uid') == self.uid else self.detached()


def look_up_all(asks):
    """Return the `Standing` of each browser. Nothing must have been done before: a look that fails rolls it back."""
    # Each session once, however many sockets it has.
    names = [(handle_of(ask.session_key), handle_of(ask.credential)) for ask in asks]
    first = dict(zip(reversed(names), reversed(asks)))
    sessions = {name: _stored_session.load_latest(ask.session_key) for name, ask in first.items()}
    with _session_look.looking_at_many({session['uid'] for session in sessions.values() if _is_of_user(session)}):
        standings = {name: _look_up(first[name], session) for name, session in sessions.items()}
    return [standings[name] for name in names]


def _is_of_user(session):
    return bool(session and session.get('uid') and session.get('db') == request.env.cr.dbname)


def _look_up(ask, session):
    if session is not None and not _is_of_user(session):
        # Odoo makes none with a user and without a database: nobody is to act as that one unseen.
        return Standing(session, state=OVER if session.get('uid') and not session.get('db') else LIVE)
    if session is None and not ask.has_credential:
        return Standing()
    with visited_by(ask):
        found = session and _session_look.look(ask.session_key, lambda _key: session)
        if found and (found.state != OVER or not ask.has_credential):
            return Standing(session, found, found.state)
        return _by_credential(ask)


def _by_credential(ask):
    # The cookie is that of the handshake: its session may have got another id long ago.
    row, state, found = page_token.inspection().admit(ask.credential)
    if found is None and state in (LIVE, RENEWED):
        return Standing(leaver=row)
    return Standing(found and found.session, found, state if row else OVER)
