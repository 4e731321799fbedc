# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The frames of the link: JSON of those that the worker sends, and what those of the sidecar have to look like."""
import datetime
import json

from ..common import json_text
from ..common.socketio_error import SocketIOError
from .wire import MOST_LINE, WireError, quote_json

try:
    INT, TEXT = (int, long), basestring
except NameError:
    INT, TEXT = int, str
ANY = object

# By type: what follows it. More may follow, since the wire grows.
_FORMS = {
    'open': (INT, TEXT, dict),
    'close': (INT,),
    'run': (INT, INT, TEXT, (INT, TEXT), list),
    'end': (INT,),
    'answer': (INT, ANY),
    'error': (INT, dict),
    'messages': (list,),
    'ask': (INT, TEXT, list),
    'unask': (INT,),
    'ping': (ANY,),
    'drain': (),
    'rejected': (dict,),
    'welcome': (dict,),
    'refused': (dict,),
}


def _flat(form):
    return tuple(one for part in form for one in (_flat(part) if isinstance(part, tuple) else (part,)))


_FORMS = {name: tuple(_flat((one,)) for one in form) for name, form in _FORMS.items()}


def check(frame):
    """Return whether the type of a frame is known.

    :raises WireError: `link_protocol` for one of a known type that does not look like it
    """
    form = _FORMS.get(frame[0]) if isinstance(frame[0], TEXT) else None
    if form is None:
        return False
    if len(frame) <= len(form) or not all(isinstance(one, kinds) for one, kinds in zip(frame[1:], form)):
        raise WireError('link_protocol', 'A frame is malformed: %s' % quote_json(frame))
    return True


def by_id(messages):
    """Return the messages of a frame by their ids.

    :raises WireError: `link_protocol`
    """
    try:
        return {one['id']: one for one in messages}
    except (KeyError, TypeError):
        raise WireError('link_protocol', 'Messages are malformed: %s' % quote_json(messages))


def bodies_of(ids, bodies):
    """Return the messages of these ids.

    :param bodies: those of the same line, by their ids
    :raises WireError: `link_protocol`
    """
    try:
        return [bodies[one] for one in ids]
    except (KeyError, TypeError):
        raise WireError('link_protocol', 'Not all messages of an answer are in its line: %s' % quote_json(ids))


def check_groups(groups):
    """Return the groups of an `ask`: lists of ([ids], [requests]).

    :raises WireError: `link_protocol`
    """
    for group in groups:
        if not isinstance(group, list) or len(group) < 2 or not all(isinstance(one, list) for one in group[:2]):
            raise WireError('link_protocol', 'An ask is malformed: %s' % quote_json(groups))
    return groups


def json_default(value):
    """Return how a value travels that JSON does not have: dates as OpenERP writes them, bytes as text."""
    if isinstance(value, datetime.datetime):
        return value.strftime('%Y-%m-%d %H:%M:%S')
    if isinstance(value, datetime.date):
        return value.strftime('%Y-%m-%d')
    if isinstance(value, (bytes, bytearray)):
        return value.decode('utf-8')
    raise TypeError('%s is no JSON' % type(value).__name__)


_encode = json.JSONEncoder(allow_nan=False, separators=(',', ':'), default=json_default).encode
_encode_named = json.JSONEncoder(allow_nan=False, separators=(',', ':'), default=lambda one: type(one).__name__).encode


def encode(value, name, what, code):
    """Return JSON of what a handler gave.

    :param name: of the value, for errors: the place in it begins so
    :param what: whose it is, for errors, as the beginning of a sentence
    :param code: of the error
    :raises SocketIOError: that names the place
    """
    try:
        text = _encode(value)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise SocketIOError(code, _problem(value, name, what) or '%s is no JSON: %s' % (what, error), told=False)
    if len(text) > MOST_LINE - 4096:
        raise SocketIOError(code, '%s is too large: %d bytes. Send less at a time.' % (what, len(text)), told=False)
    return text


def _problem(value, name, what):
    try:
        json_text.dumps(value, name, what, json_default)
    except (TypeError, ValueError) as error:
        return str(error)
    except RuntimeError:
        return '%s is nested too deep' % what
    return None


def encode_args(args):
    """Return JSON of what `listen` was given, which the sidecar only looks at: what is no JSON is its type's name."""
    try:
        return _encode_named(args)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return _encode([_named(one) for one in args])


def _named(value):
    try:
        _encode_named(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return type(value).__name__
    return json.loads(_encode_named(value))


def plain(frame):
    """Return JSON of a frame of the worker's own, which has nothing of a handler's."""
    return _encode(frame)
