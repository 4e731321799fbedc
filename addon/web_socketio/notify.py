# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A name of 2013. A message is a row now, of any size: `committed_notify` of `postgres.notification` sends it."""

_BELL = 'web_socketio'


def get_channel():
    """Return the channel by which PostgreSQL wakes the sidecar. What a NOTIFY carries is not read any more."""
    return _BELL
