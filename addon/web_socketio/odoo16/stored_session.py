# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The sessions where Odoo keeps them: read, and never written."""
import copy

from odoo import http

from ..common.secret import Secret
from ..series import MAJOR

# Sessions have two parts from 18.0 on: a rotation keeps the first.
_STORED = getattr(http, 'STORED_SESSION_BYTES', 42 if MAJOR >= 18 else None)
# A rotation that came after another one, and so on: each lives for hours.
_ROTATIONS = 10


def stored_session_id(session):
    """Return what of its id a session keeps as long as it lives."""
    return session.sid[:_STORED]


def sent_session_id(httprequest):
    """Return the same part of the id that a browser sent, whether there is such a session or not."""
    return (httprequest.cookies.get('session_id') or '')[:_STORED]


def load(key):
    """Return the session that is stored under a key, None if there is none.

    :param key: a session id, a `Secret`
    """
    store = http.root.session_store
    return store.is_valid_key(key.reveal()) and store.get(key.reveal()) or None


def load_latest(key):
    """Return the session that was stored under a key, however often it got another one since, None if it is lost."""
    for _ in range(_ROTATIONS):
        session = load(key)
        if session is None or not session.get('next_sid'):
            return session
        key = Secret(session['next_sid'])
    return None


def is_gone(key):
    """Return whether a session that is not there under this id is there under none: a rotation may have been missed."""
    store = http.root.session_store
    if not hasattr(store, 'get_missing_session_identifiers'):
        return _STORED is None
    # Not every id that somebody sends is one.
    return not store.is_valid_key(key.reveal()) or key.reveal()[:_STORED] in store.get_missing_session_identifiers(
        [key.reveal()[:_STORED]]
    )


def detach(session):
    """Return a copy of a session that Odoo's own check can be asked about, and that is never saved.

    The check would note a device for who asks, and remove the files from which the session was rotated.
    """
    copied = type(session)(copy.deepcopy(dict(session)), session.sid, False)
    copied.pop('gc_previous_sessions', None)
    copied['_trace_disable'] = True
    copied.can_save = False
    return copied
