# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What of a request reached Odoo, for `web_socketio doctor`: what the asker sent, and what proxies added to it."""
import json
import time

from ..series import SERIES

MOST_BYTES = 4 * 1024 * 1024


def describe(request, sockets=None):
    """Return JSON of what reached Odoo.

    :param request: of werkzeug, whose body nobody has read; one of more than 4 MB nobody reads, and it counts as none
    :param sockets: the system parameter `web_socketio.url`, as every page gets it with its token
    """
    environ = request.environ
    # In proxy mode werkzeug has put what the proxy says in the place of what came.
    came = environ.get('werkzeug.proxy_fix.orig') or environ
    return json.dumps({
        'server': 'odoo',
        'series': SERIES,
        'now': int(time.time() * 1000),
        'host': _text(came.get('HTTP_HOST')),
        'forwardedHost': _text(environ.get('HTTP_X_FORWARDED_HOST')),
        'forwardedProto': _text(environ.get('HTTP_X_FORWARDED_PROTO')),
        'forwardedFor': _text(environ.get('HTTP_X_FORWARDED_FOR')),
        'cookie': bool(environ.get('HTTP_COOKIE')),
        'bytes': len(_body(request)),
        'address': request.host_url.rstrip('/'),
        'remote': request.remote_addr,
        'sockets': sockets or None,
    })


def _text(value):
    # Python 2 has bytes there, of whatever encoding: as Python 3 reads them.
    return value.decode('latin-1') if isinstance(value, bytes) else value


def _body(request):
    if (request.content_length or 0) > MOST_BYTES:
        return b''
    # Odoo 19 hands on no stream, and werkzeug 0.8 of OpenERP 7.0 has no `get_data`.
    get_data = getattr(request, 'get_data', None)
    return request.data if get_data is None else get_data(cache=False)
