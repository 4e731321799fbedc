# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import http

# None before 19.0, whose sessions have two parts: a rotation keeps the first.
_STORED = getattr(http, 'STORED_SESSION_BYTES', None)


def stored_session_id(session):
    """Return what of its id a session keeps as long as it lives."""
    return session.sid[:_STORED]
