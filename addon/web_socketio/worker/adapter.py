# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from ..common.socketio_error import SocketIOError
from ..session import AbstractAdapter
from . import frame

MODES = ('queue', 'each')


def name_of(adapter):
    """Return the name by which the sidecar knows the class of an adapter.

    :raises SocketIOError: `adapter_invalid` for anything else
    """
    if not isinstance(adapter, type) or not issubclass(adapter, AbstractAdapter) or adapter.declared_name is None:
        raise SocketIOError(
            'adapter_invalid', '%r is no adapter. Give a class that extends AbstractAdapter.' % (adapter,), told=False,
        )
    problem = problem_of(adapter)
    if problem:
        raise SocketIOError('adapter_invalid', problem, told=False)
    return adapter.declared_name


def problem_of(adapter):
    """Return what is wrong with the attributes of an adapter's class, None if nothing is."""
    name = adapter.__name__
    if not _is_name(adapter.channel):
        return "The adapter %s has the channel %r. Give it a name: channel = 'my_channel'." % (name, adapter.channel)
    if adapter.mode not in MODES:
        return "The adapter %s has the mode %r. Use one of %s." % (name, adapter.mode, ', '.join(MODES))
    if adapter.key is not None and not _is_name(adapter.key):
        return "The adapter %s has the key %r. Give the name of a value of its messages, or None." % (name, adapter.key)
    return None


def check_keys(adapter, keys):
    """Check what `watch` and `unwatch` are given.

    :raises SocketIOError: `watch_invalid`
    """
    if adapter.key is None or adapter.mode != 'each':
        raise SocketIOError(
            'watch_invalid', "The adapter %s cannot be watched: give it key = 'record_id' or the like, and mode = 'each'."
            % adapter.__name__, told=False,
        )
    for one in keys:
        if isinstance(one, bool) or not isinstance(one, (frame.INT, frame.TEXT, float)):
            raise SocketIOError('watch_invalid', '%r cannot be watched. Give numbers or texts.' % (one,), told=False)


def _is_name(value):
    return isinstance(value, frame.TEXT) and bool(value)
