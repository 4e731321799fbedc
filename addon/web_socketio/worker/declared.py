# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a worker tells sidecars of the declarations of its addons."""
import logging

from ..common import declarations
from .adapter import problem_of

_logger = logging.getLogger(__name__)

_bad = set()  # names of adapters that were complained of


def declared():
    """Return the `declares` of the link: a dictionary with `adapters`, `namespaces` and `handlers`."""
    return {
        'adapters': [_adapter(name, cls) for name, cls in declarations.adapters.items() if _is_good(name, cls)],
        'namespaces': [_namespace(one) for one in declarations.namespaces.values()],
        'handlers': [_handler(index, one) for index, one in enumerate(declarations.handlers)],
    }


def _is_good(name, cls):
    # Without a channel it is the base of others.
    problem = problem_of(cls) if cls.channel is not None else None
    if problem and name not in _bad:
        _bad.add(name)
        _logger.error("adapter_invalid: %s (addon '%s') Nothing that uses it works.", problem, declarations.addon_of(cls.__module__))
    return cls.channel is not None and not problem


def _adapter(name, cls):
    addon = declarations.addon_of(cls.__module__)
    return {
        # Everywhere else it has the addon in front.
        'name': name[len(addon) + 1:],
        'addon': addon,
        'channel': cls.channel,
        'mode': cls.mode,
        'key': cls.key,
        'chooses': not getattr(cls.get, 'is_of_all', False),
    }


def _namespace(one):
    return {
        'path': one.path,
        'addon': one.addon,
        'name': one.cls.__name__,
        'events': one.events,
        'acl': initial_acl(one),
        'hooks': declarations.hooks_of(one.cls),
    }


def _handler(index, one):
    return {
        'index': index,
        'event': one.event,
        'addon': one.addon,
        'eventtype': one.eventtype,
        'adapter': one.adapter.declared_name if one.adapter and not problem_of(one.adapter) else None,
        'name': one.name,
    }


def initial_acl(one):
    """Return the events that a namespace allows from the beginning, None for all.

    In 2013 it named methods. A name is one of a method if the class has it.
    """
    try:
        # Without its __init__ and initialize, which may look for a socket.
        return _events(one.cls, one.cls.__new__(one.cls).get_initial_acl())
    except Exception:
        _logger.exception(
            "get_initial_acl of the namespace '%s' (addon '%s') failed without a socket, so no event is allowed before the "
            'session is known. Return a list of names from it, and use no session.', one.path, one.addon,
        )
        return []


def _events(cls, names):
    if names is None:
        return None
    events = [name[len('on_'):] if name.startswith('on_') and hasattr(cls, name) else name for name in names]
    return [name for name in events if name != 'session_id' and not name.startswith('recv_')]
