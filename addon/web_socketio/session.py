# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Adapters, and what addons of 2013 import besides. A Python worker runs them: see `web_socketio.worker`."""
from .common import current, declarations
from .common.socketio_error import SocketIOError
from .namespace import Session

__all__ = ['AbstractAdapter', 'OpenERPObject', 'OpenERPRegistry', 'OpenERPSession', 'Session', 'SocketIOError']


class _AdapterType(type):
    """Notices the adapters that addons declare. `__init_subclass__` would, too, in Python 3."""

    def __init__(cls, name, bases, attributes):
        super(_AdapterType, cls).__init__(name, bases, attributes)
        if cls.__module__ != __name__:
            declarations.add_adapter(cls)


class AbstractAdapter(_AdapterType('_Adapter', (object,), {'channel': None})):
    """Which messages of a channel a listener takes, and in which form.

    `channel`: its name. `mode`: `queue`, where one listener takes each message, or `each`, where every page gets it.
    `key`: the name of a value that has to be the first argument of `listen`, or a list that holds it; it chooses
    without asking `get`.
    """

    mode = 'queue'
    key = None
    # Accepted, and not needed: nothing polls.
    sleeptime = 0.0
    #: `my_addon.ChatAdapter`; each class has its own
    declared_name = None

    def __init__(self, registry=None, socket=None):
        self.registry = registry
        self.socket = socket

    def get(self, messages, *args):
        """Return the messages to take, a list of some that were given: all, unless overridden.

        :param messages: dictionaries with `id`, `channel`, `uid`, `date` and `values`; do not change them
        :param args: what `listen` was given
        """
        return messages

    # The sidecar chooses by itself where nobody overrides it.
    get.is_of_all = True

    def format(self, message, *args):
        """Return a message as `listen` gives it: its values, unless overridden."""
        return message['values']

    def listen(self, *args):
        """Wait for messages, in the handler that calls it; see `OpenERPNameSpace.listen`."""
        return current.host('AbstractAdapter.listen').listen(type(self), args)

    def validate(self, valid):
        """Confirm what the handler that calls it took, or put it back; see `OpenERPNameSpace.validate`."""
        return current.host('AbstractAdapter.validate').validate(type(self), valid)


class OpenERPRegistry(object):
    """A name of 2013: a database. The sidecar reads its messages, so there is nothing to start."""

    registries = {}

    def __init__(self, db):
        self.db = self.database = db

    @classmethod
    def add(cls, db, maxcursor=None):
        return cls.registries.setdefault(db, cls(db))

    @classmethod
    def get(cls, db):
        return cls.add(db)

    def listen(self, *args, **kwargs):
        raise SocketIOError(
            'registry_listen',
            "The sidecar reads the messages of '%s', and OpenERPRegistry.listen reads none: call listen of a namespace, of "
            "a handler's session, or of an adapter in a handler." % self.db,
            told=False,
        )


class OpenERPObject(object):
    """A name of 2013: a model, as a user. `model(name)` of a namespace or a session gives the same."""

    def __init__(self, db, uid, name):
        self._model = current.model('OpenERPObject', getattr(db, 'db', db), uid, name)

    def __getattr__(self, method):
        if method.startswith('__'):
            raise AttributeError(method)
        return getattr(self._model, method)


class OpenERPSession(Session):
    """A name of 2013: who is connected. Handlers get one; this makes one for tests."""

    def __init__(self, db=None, uid=None, context=None):
        super(OpenERPSession, self).__init__(getattr(db, 'db', db), uid, context or {})

    def model(self, name):
        """Return a model of OpenERP's, as this session's user."""
        return current.model('OpenERPSession', self.db, self.uid, name)
