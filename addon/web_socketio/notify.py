# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A name of 2013, so that addons which import it load: see `common.porting`."""
from .common.porting import warn_caller

_BELL = 'web_socketio'


def get_channel():
    """Return the channel by which PostgreSQL wakes the sidecar. What a NOTIFY carries is not read any more."""
    warn_caller('get_channel', 'a message is a row, so send it with committed_notify of postgres.notification')
    return _BELL
