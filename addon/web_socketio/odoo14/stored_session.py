# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The sessions where Odoo keeps them: read, and never written."""
import copy

from odoo import http


def stored_session_id(session):
    """Return what of its id a session keeps as long as it lives: all of it, since nothing is rotated yet."""
    return session.sid


def sent_session_id(httprequest):
    """Return the id that a browser sent, whether there is such a session or not."""
    return httprequest.cookies.get('session_id') or ''


def load(key):
    """Return the session of a key, a `Secret`; without a user if there is none."""
    return http.root.session_store.get(key.reveal())


def detach(session):
    """Return a copy of a session that Odoo's own check can be asked about, and that is never saved."""
    return type(session)(copy.deepcopy(dict(session)), session.sid, False)
