# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What Odoo's evented worker goes by, so that a sidecar in its place does the same."""
from odoo.addons.bus import websocket


def facts():
    """Return the version of the browser's worker script, null in 16.0, which has none, and the limits of a connection."""
    return {
        'version': getattr(websocket.WebsocketConnectionHandler, '_VERSION', None),
        'rate_limit_burst': websocket.Websocket.RL_BURST,
        'rate_limit_delay': websocket.Websocket.RL_DELAY,
        'keep_alive_timeout': websocket.TimeoutManager.KEEP_ALIVE_TIMEOUT,
    }
