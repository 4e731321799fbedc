# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where namespaces in Python are declared. A Python worker runs them: see `web_socketio.worker`."""
from .common import declarations
from .common.socketio_error import no_worker


class SocketIO(object):
    namespaces = {}

    def __init__(self, *args, **kwargs):
        raise no_worker('SocketIO')

    @classmethod
    def add_namespace(cls, path, namespace):
        """Declare a namespace. Call it at the top level of an addon's module.

        :param path: such as `/chat`
        :param namespace: a class that extends `OpenERPNameSpace`
        """
        cls.namespaces[path] = namespace
        declarations.add_namespace(path, namespace, declarations.caller_module(1))
