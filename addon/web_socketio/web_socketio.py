# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A name of 2013, so that addons which import it load: see `common.porting`."""
from .common.porting import declare, gone

_HOOKS = ('recv_connect', 'recv_disconnect', 'get_initial_acl', 'stop_server')


class SocketIO(object):
    namespaces = {}

    def __init__(self, *args, **kwargs):
        raise gone('SocketIO', 'the sidecar is the server')

    @classmethod
    def add_namespace(cls, path, namespace):
        """Note that an addon has a namespace; nobody serves it."""
        cls.namespaces[path] = namespace
        handlers = [name for name in dir(namespace) if name.startswith('on_') or name in _HOOKS]
        declare(namespace.__module__, "namespace '%s' with %s" % (path, ', '.join(handlers) or 'nothing'))
