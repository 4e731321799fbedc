# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What addons declare in Python: adapters, namespaces and handlers. It is collected here, and a Python worker runs it.

OpenERP's or Odoo's own server imports addons, too, and only collects: nothing here imports gevent or starts anything.
"""
import logging
import sys
from collections import OrderedDict

_logger = logging.getLogger(__name__)

# What `recv_...` and the like a namespace may bring, besides its `on_<event>`.
HOOKS = ('recv_connect', 'recv_disconnect', 'stop_server', 'on_session_id')

SESSION_METHOD = 'on_session_id'


class Handler(object):
    """A function that handles an event of the shared namespace.

    :param eventtype: `connect`, `on` or `disconnect`
    :param adapter: a class, or None
    """

    def __init__(self, event, eventtype, adapter, function):
        self.event = event
        self.eventtype = eventtype
        self.adapter = adapter
        self.function = function
        self.addon = addon_of(function.__module__)

    @property
    def place(self):
        """What it is and where it stands: what is imported again stands there, and two of one name do not."""
        code = getattr(self.function, '__code__', None)
        return self.event, self.eventtype, self.name, self.function.__module__, getattr(code, 'co_firstlineno', id(self.function))

    @property
    def name(self):
        return getattr(self.function, '__name__', repr(self.function))


class NameSpace(object):
    """A namespace that an addon serves.

    :param cls: a class that extends `OpenERPNameSpace`
    """

    def __init__(self, path, cls, addon):
        self.path = path
        self.cls = cls
        self.addon = addon

    @property
    def events(self):
        """The names of its `on_` methods, without `on_`."""
        names = [name for name in dir(self.cls) if name.startswith('on_') and name != SESSION_METHOD]
        return [name[len('on_'):] for name in names if callable(getattr(self.cls, name, None))]


adapters = OrderedDict()  # `my_addon.ChatAdapter`: the class
namespaces = OrderedDict()  # path: NameSpace
handlers = []

_count = [0]


def addon_of(module):
    """Return the addon of a Python module, such as `openerp.addons.my_addon.namespace`."""
    parts = module.split('.')
    return parts[2] if parts[1:2] == ['addons'] and len(parts) > 2 else parts[0]


def add_adapter(cls):
    """Collect an adapter, and give it its name; the class that its module had under this name before is forgotten."""
    addon = addon_of(cls.__module__)
    name = '%s.%s' % (addon, cls.__name__)
    other = adapters.get(name)
    if other is not None and other.__module__ != cls.__module__:
        # Two modules of one addon: what is behind the addon's name tells them apart.
        name = '%s.%s' % (cls.__module__.split('.addons.')[-1], cls.__name__)
    cls.declared_name = name
    adapters[name] = cls
    _tell()


def add_namespace(path, cls, module):
    """Collect a namespace. Of two addons with one path the first one has it, as of two server modules.

    :param module: the name of the Python module that declares it
    """
    new, old = NameSpace(path, cls, addon_of(module)), namespaces.get(path)
    if old is not None and old.addon != new.addon:
        _logger.error(
            "namespace_taken: the addon '%s' declares the namespace '%s', which '%s' has declared. Give it another path.",
            new.addon, path, old.addon,
        )
        return
    namespaces[path] = new
    _tell()


def add_handler(event, eventtype, adapter, function):
    """Collect a handler of the shared namespace. What is imported again takes the place of what it was."""
    new = Handler(event, eventtype, adapter, function)
    for index, old in enumerate(handlers):
        if old.place == new.place:
            handlers[index] = new
            break
    else:
        handlers.append(new)
    _tell()


def version():
    """Return a number that is another one when something has been declared since."""
    return _count[0]


def _tell():
    _count[0] += 1


def addons():
    """Return the names of the addons that declare something that would have to run."""
    return {one.addon for one in handlers} | {one.addon for one in namespaces.values()}


def summary(addon):
    """Return what an addon declares, as a list of texts such as "namespace '/chat' with on_open, on_say"."""
    texts = []
    for cls in adapters.values():
        if addon_of(cls.__module__) == addon and cls.channel is not None:
            texts.append("adapter %s of the channel '%s'" % (cls.__name__, cls.channel))
    for one in handlers:
        if one.addon == addon:
            texts.append("handler %s of '%s' (%s)" % (one.name, one.event, one.eventtype))
    for one in namespaces.values():
        if one.addon == addon:
            methods = ['on_%s' % event for event in one.events] + hooks_of(one.cls)
            texts.append("namespace '%s' with %s" % (one.path, ', '.join(methods) or 'nothing'))
    return texts


def hooks_of(cls):
    """Return the names of the hooks that a class has of its own, and not of `OpenERPNameSpace`."""
    return [name for name in HOOKS if _own(cls, name)]


def _own(cls, name):
    for base in cls.__mro__:
        if name in vars(base):
            return not vars(base).get('is_base_of_namespaces')
    return False


def caller_module(depth):
    """Return the name of the Python module that calls, so many functions up.

    A class may be declared by another module than that in which it was written.
    """
    return sys._getframe(depth + 1).f_globals.get('__name__', '')
