# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Names of 2013, so that addons which import them load: see `common.porting`."""
from .common.porting import declare, gone


class _AdapterType(type):
    """Notices the adapters that addons declare. `__init_subclass__` would, too, in Python 3."""

    def __init__(cls, name, bases, attributes):
        super(_AdapterType, cls).__init__(name, bases, attributes)
        if cls.__module__ != __name__:
            declare(cls.__module__, "adapter %s of the channel '%s'" % (name, cls.channel))


class AbstractAdapter(_AdapterType('_Adapter', (object,), {'channel': None})):
    sleeptime = 0.0

    def get(self, messages, *args):
        """Return the messages to take: all."""
        return messages

    def format(self, message, *args):
        """Return a message as `listen` gives it."""
        return message['values']

    def listen(self, *args, **kwargs):
        raise gone('AbstractAdapter.listen', 'the sidecar listens')

    def validate(self, *args, **kwargs):
        raise gone('AbstractAdapter.validate', 'the sidecar validates')


class OpenERPRegistry(object):
    registries = {}

    @classmethod
    def add(cls, *args, **kwargs):
        raise gone('OpenERPRegistry.add', 'the sidecar reads the messages of its databases')

    @classmethod
    def get(cls, *args, **kwargs):
        raise gone('OpenERPRegistry.get', 'the sidecar reads the messages of its databases')


class OpenERPObject(object):
    def __init__(self, *args, **kwargs):
        raise gone('OpenERPObject', 'use the ORM, or model(name) in a server module')


class OpenERPSession(object):
    def __init__(self, *args, **kwargs):
        raise gone('OpenERPSession', 'handlers in a server module get a session')
