# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finds what a run of the sidecar's calls."""
import re

from ..common import declarations
from ..common.socketio_error import SocketIOError

_NOT_OF_NAMES = re.compile(r'\W', re.UNICODE)

_HOOKS = {
    'connect': 'recv_connect',
    'disconnect': 'recv_disconnect',
    'stop': 'stop_server',
    'session': 'on_session_id',
}


def find(opened, kind, name, args):
    """Return a function without arguments, what it is for the log, and its addon.

    What cannot be found is raised when the function is called.

    :param opened: the `OpenedSocket`
    :param kind: `event`, `handler`, or that of a hook
    :param name: of the event, or the number of the handler
    """
    if kind == 'handler':
        return _handler(opened, name, args)
    declared = declarations.namespaces.get(opened.path)
    addon = declared.addon if declared else '-'
    if kind in _HOOKS:
        hook = _HOOKS[kind]
        given = [None] if kind == 'session' and _takes_id(opened) else []
        return (lambda: getattr(opened.name_space(), hook)(*given)), hook, addon
    return (lambda: _event(opened, name)(*args)), "event '%s'" % name, addon


def _takes_id(opened):
    """In 2013 `on_session_id` had the id of the session as an argument."""
    declared = declarations.namespaces.get(opened.path)
    function = getattr(declared.cls, 'on_session_id') if declared else None
    code = getattr(function, '__code__', None)
    return code is not None and (code.co_argcount > 1 or bool(code.co_flags & 4))


def _event(opened, name):
    if opened.path not in declarations.namespaces:
        raise SocketIOError('no_such_method', "This worker has no namespace '%s'." % opened.path)
    method = 'on_%s' % _NOT_OF_NAMES.sub('_', name if not isinstance(name, bytes) else name.decode('utf-8'))
    space = opened.name_space()
    found = None
    if method != declarations.SESSION_METHOD:
        # Python 2.7 has names in ASCII only.
        found = getattr(space, method.encode('ascii', 'replace').decode('ascii') if str is bytes else method, None)
    if not callable(found):
        raise SocketIOError(
            'no_such_method', "The namespace '%s' has no handler for the event '%s'." % (opened.path, name),
        )
    return found


def _handler(opened, index, args):
    handlers = declarations.handlers
    if not isinstance(index, int) or not 0 <= index < len(handlers):
        def refuse():
            raise SocketIOError('no_such_method', 'This worker has no handler %r.' % (index,))
        return refuse, 'handler %r' % (index,), '-'
    # Imported by whoever declared a handler, and perhaps missing where nobody did.
    from ...web_longpolling.namespace import LongPollingSession

    found = handlers[index]
    label = "%s of '%s' (%s)" % (found.name, found.event, found.eventtype)
    return (lambda: found.function(LongPollingSession(opened, found.event, found.adapter), *args)), label, found.addon
