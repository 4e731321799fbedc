# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Looking at sessions without their browsers, and what becomes of their tokens."""
import logging
import time
import traceback

from . import settle
from .token import LIVE, LOCKED, OVER, RENEWED, UNKNOWN, UNPROVED, read

_logger = logging.getLogger(__name__)

# How long the ends of many sessions may wait for who holds their rows.
PATIENCE_SECONDS = 3

# Where OCA's `impersonate_login` keeps in a session who acts as its user; a token's context has it, too.
IMPERSONATOR = 'impersonate_from_uid'


class Look(object):
    """What Odoo says of a session.

    :param state: LIVE, LOCKED, OVER, UNPROVED (a session goes on under another id), or UNKNOWN (Odoo failed)
    :param uid: of the session's user, if it has one
    :param key: what finds the session in Odoo's store now, a `Secret`
    :param session: the series' own object, a copy that is never saved
    """

    def __init__(self, state, uid=None, key=None, session=None):
        self.state = state
        self.uid = uid
        self.key = key
        self.session = session


class Inspection(object):
    """Looks at the sessions of tokens, each of them once, and writes down what follows.

    :param cr: a cursor to read with
    :param open_cursor: function that returns a new cursor, a context that commits
    :param look: function of the series: the key of a session, a `Secret`, gives a `Look`
    :param context: function of the series: a `Look` and a `Row` give the context of that page, now
    :param lifetime: of a token, in seconds
    """

    def __init__(self, cr, open_cursor, look, context, lifetime):
        self._cr = cr
        self._open_cursor = open_cursor
        self._look = look
        self._context = context
        self._lifetime = lifetime

    def check(self, credentials):
        """Return the state of each token, in the same order.

        :param credentials: list of `Secret`s
        """
        rows = read(self._cr, credentials)
        states = {}
        for group in _by_session(row for row in rows if row and row.key and not row.ended):
            states.update(self._judge(group, self._look_by(group)))
        self._write(states)
        return [states[row].state if row in states else row.state if row else UNKNOWN for row in rows]

    def admit(self, credential):
        """Return the row of a token, the state of it, and the `Look` at its session if there was one.

        What Odoo agrees to is written down only where a row says otherwise, since this is done at every call.

        :param credential: a `Secret`
        """
        row = read(self._cr, [credential])[0]
        if row and row.ended and row.context.get(IMPERSONATOR):
            # The session is gone, and with it who has acted as this user.
            return row, OVER, None
        if not row or row.ended or not row.key:
            return row, row.state if row else UNKNOWN, None
        look = self._look(row.key)
        outcomes = self._judge([row], look)
        outcome = outcomes[row]
        if outcome.state not in (LIVE, RENEWED) or row.locked or row.proof_due:
            self._write(outcomes)
        return row, outcome.state, look

    def _look_by(self, rows):
        """Return what Odoo says of the session of these rows: some may have a younger key of it than others."""
        look = None
        for row in rows:
            look = self._look(row.key)
            if look.state != UNPROVED:
                break
        return look

    def _judge(self, rows, look):
        """Return the outcome of each row of one session."""
        outcomes = {}
        for row in rows:
            if look.state in (LIVE, LOCKED) and look.uid != row.uid:
                outcomes[row] = _Outcome(UNKNOWN, owner=look.uid)
            elif look.state == LIVE:
                agreement = settle.Agreement(row, self._context(look, row), self._lifetime, look.key)
                outcomes[row] = _Outcome(RENEWED if agreement.changes else LIVE, agreement)
            else:
                outcomes[row] = _Outcome(look.state)
        return outcomes

    def _write(self, outcomes):
        agreements = [one.agreement for one in outcomes.values() if one.agreement]
        lost = {_text(row.session_hash): (row.session_hash, one.owner) for row, one in outcomes.items() if one.owner}
        over, locked, unproved = (
            [row for row, one in outcomes.items() if one.state == state] for state in (OVER, LOCKED, UNPROVED)
        )
        if agreements:
            self._settle(settle.agree, agreements)
        for session_hash, owner in lost.values():
            forget_others(self._open_cursor, session_hash, owner)
        end_sessions(self._open_cursor, {_text(row.session_hash): row.session_hash for row in over}.values())
        if any(not row.locked for row in locked):
            self._settle(settle.lock_sessions, [row.session_hash for row in locked])
        if unproved:
            self._settle(settle.demand_proof, [row.token_sha256 for row in unproved])

    def _settle(self, function, *args):
        settle_alone(self._open_cursor, function, *args)


class _Outcome(object):
    def __init__(self, state, agreement=None, owner=None):
        self.state = state
        self.agreement = agreement
        #: another user, who has the session now
        self.owner = owner


def settle_alone(open_cursor, function, *args):
    """Run a function of `settle` in a transaction of its own; what fails is left for the next look, and logged.

    :return: did it succeed?
    """
    try:
        with open_cursor() as cr:
            settle.begin(cr)
            function(cr, *args)
        return True
    except Exception:
        log_failure('A session could not be written down; that is left for the next look at it')
        return False


def end_sessions(open_cursor, hashes):
    """End all tokens of sessions that are over, each in a transaction of its own, or at least have them looked at soon.

    After the request that ended a session has been committed: it may hold the rows that have to be ended.

    :param open_cursor: function that returns a new cursor, a context that commits
    :param hashes: of `token.session_hash`
    """
    # One by one: whoever changes a user holds up the end of that user's sessions, and of nobody else's. But not for long
    # in all: who asked has to be answered, and ends the sockets by the answer.
    deadline = time.time() + PATIENCE_SECONDS
    for session_hash in hashes:
        if time.time() > deadline or not settle_alone(open_cursor, settle.end_sessions, [session_hash]):
            settle_alone(open_cursor, settle.demand_look, session_hash)


def forget_others(open_cursor, session_hash, uid):
    """Delete the tokens of other users in a session, which is another user's now: as `end_sessions`."""
    if not settle_alone(open_cursor, settle.forget_others, session_hash, uid):
        settle_alone(open_cursor, settle.demand_look, session_hash)


def log_failure(what):
    """Log the traceback of the exception that is being handled, as text: no report gets the variables of its functions."""
    _logger.error('%s\n%s', what, traceback.format_exc())


def _by_session(rows):
    groups = {}
    for row in rows:
        groups.setdefault(_text(row.session_hash), []).append(row)
    return groups.values()


def _text(value):
    return value.tobytes() if isinstance(value, memoryview) else bytes(value)
