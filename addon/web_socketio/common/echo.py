# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What of a request reached Odoo, for `web_socketio doctor`: nothing that the asker did not send."""
import json
import time

from ..series import SERIES


def describe(request, sockets=None):
    """Return JSON of what reached Odoo.

    :param request: of werkzeug, whose body nobody has read
    :param sockets: the system parameter `web_socketio.url`, as every page gets it with its token
    """
    environ = request.environ
    # In proxy mode werkzeug has put what the proxy says in the place of what came.
    came = environ.get('werkzeug.proxy_fix.orig') or environ
    return json.dumps({
        'server': 'odoo',
        'series': SERIES,
        'now': int(time.time() * 1000),
        'host': came.get('HTTP_HOST'),
        'forwardedHost': environ.get('HTTP_X_FORWARDED_HOST'),
        'forwardedProto': environ.get('HTTP_X_FORWARDED_PROTO'),
        'forwardedFor': environ.get('HTTP_X_FORWARDED_FOR'),
        'cookie': bool(environ.get('HTTP_COOKIE')),
        'bytes': len(_body(request)),
        'address': request.host_url.rstrip('/'),
        'remote': request.remote_addr,
        'sockets': sockets or None,
    })



def _body(request):
    # Odoo 19 hands on no stream, and werkzeug 0.8 of OpenERP 7.0 has no `get_data`.
    get_data = getattr(request, 'get_data', None)
    return request.data if get_data is None else get_data(cache=False)
