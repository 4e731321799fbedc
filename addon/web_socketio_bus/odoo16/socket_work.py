# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What Odoo's evented worker does for a frame of a browser, and at the end of a socket."""
import functools
import importlib

from odoo.addons.bus.models.bus import channel_with_db, json_dump
from odoo.http import request

# Where the addon mail has what puts the guest of a cookie into the context; in 16.0 nothing needs it.
_OF_GUESTS = ('odoo.addons.mail.tools.discuss', 'odoo.addons.mail.models.discuss.mail_guest')


def subscribe(ask):
    """Return the channels that a session gets for those that its browser named, and what it has received so far."""
    if not isinstance(ask.channels, list) or not isinstance(ask.last, int):
        raise ValueError("'channels' has to be a list of texts and 'last' an integer.")
    channels, last = _with_guest(_subscribe)(request.env['ir.websocket'], ask)
    db = request.env.cr.dbname
    # As they stand in the table of the bus.
    texts = dict.fromkeys(json_dump(channel_with_db(db, channel)) for channel in channels)
    return {'channels': list(texts), 'last': last}


def _subscribe(bus, ask):
    if hasattr(bus, '_prepare_subscribe_data'):
        data = bus._prepare_subscribe_data(ask.channels, ask.last)
        channels, last = data['channels'], data['last']
        if hasattr(bus, '_after_subscribe_data'):
            bus._after_subscribe_data(data)
        else:
            _send_missed_presences(bus, data)
    else:
        # 16.0 and 17.0
        if not all(isinstance(channel, str) for channel in ask.channels):
            raise ValueError('Channels have to be texts.')
        newest = bus.env['bus.bus'].sudo()._bus_last_id()
        channels, last = bus._build_bus_channel_list(list(ask.channels)), 0 if ask.last > newest else ask.last
    if hasattr(bus, '_serve_ir_websocket'):
        bus._serve_ir_websocket('subscribe', {'channels': ask.channels, 'last': ask.last})
    return channels, last


def _send_missed_presences(bus, data):
    # 18.0
    target = hasattr(bus, '_get_missed_presences_bus_target') and bus._get_missed_presences_bus_target()
    if target and 'missed_presences' in data:
        data['missed_presences']._send_presence(bus_target=target)


def serve_event(ask):
    """Do what Odoo and its addons do for another event of a browser."""
    bus = request.env['ir.websocket']
    if hasattr(bus, '_serve_ir_websocket'):
        bus._serve_ir_websocket(ask.event_name, ask.data)
    elif ask.event_name == 'update_presence':
        # Up to 18.0
        bus._update_bus_presence(**ask.data)


def close(ask):
    """Do what Odoo and its addons do when the last socket of a browser has gone."""
    bus = request.env['ir.websocket']
    if hasattr(bus, '_on_websocket_closed'):
        # From 17.0 on. The id that the session has now: the browser's may have been rotated since.
        bus._on_websocket_closed(dict(request.cookies, session_id=request.session.sid))


def _with_guest(function):
    """Let a function of `ir.websocket` find the guest of the browser's cookie in its context, as Odoo's own does."""
    if 'mail.guest' in request.env:
        for path in _OF_GUESTS:
            try:
                return importlib.import_module(path).add_guest_to_context(function)
            except (AttributeError, ImportError):
                continue
    return functools.partial(function)
