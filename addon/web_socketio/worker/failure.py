# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the sidecar is told of an error of a handler, and what the log says."""
import logging
import time
import traceback

from ..common.socketio_error import SocketIOError
from . import frame

_logger = logging.getLogger(__name__)

_MOST_TEXT = 4000
# A page that sends what a handler cannot read could fill the log: the same failure has its traceback once in that time.
_QUIET_SECONDS = 60
_MOST_KNOWN = 1000

_known = {}  # failure: when its traceback was logged


def describe(error, database, exc_info=None):
    """Return what the sidecar is told of an error, a dictionary.

    :param database: the `Database`, whose registry knows OpenERP's or Odoo's own refusals
    :param exc_info: of the error, unless it is being handled
    """
    trace = _trace(exc_info)
    try:
        return _describe(error, database, trace)
    except Exception:
        # An error of an addon's may be no more than half made, and to name OpenERP's own ones may need the database.
        _logger.exception('An error of a handler could not be described')
        return dict(brief(error), traceback=cut(trace, True))


def brief(error):
    """Return the least that the sidecar is told of an error."""
    return {'name': type(error).__name__, 'message': '', 'told': False, 'traceback': ''}


def encode(number, problem):
    """Return JSON of the frame that says how a run failed."""
    try:
        return frame.plain(['throw', number, problem])
    except (TypeError, ValueError, RuntimeError):
        return frame.plain(['throw', number, dict(brief(None), name='%s' % (problem.get('name'),))])


def _describe(error, database, trace):
    if isinstance(error, SocketIOError):
        return {
            'code': error.code, 'message': cut(error.message), 'retry': bool(error.retry), 'told': bool(error.told),
            'name': type(error).__name__, 'traceback': '',
        }
    problem = {'name': type(error).__name__, 'message': cut(text_of(error)), 'told': False}
    refusal = database.refusal(error)
    if refusal:
        problem.update(refusal, told=True)
    problem['traceback'] = '' if refusal else cut(trace, True)
    return problem


def _trace(exc_info):
    text = ''.join(traceback.format_exception(*exc_info)) if exc_info else traceback.format_exc()
    return text.decode('utf-8', 'replace') if isinstance(text, bytes) else text


def cut(text, keep_end=False):
    """Return as much of a text as belongs into a log."""
    if isinstance(text, bytes):
        text = text.decode('utf-8', 'replace')
    if not isinstance(text, type(u'')):
        text = u'%s' % (text,)
    if len(text) <= _MOST_TEXT:
        return text
    return u'... ' + text[-_MOST_TEXT:] if keep_end else text[:_MOST_TEXT] + u' ...'


def text_of(error):
    """Return what an error says, whatever it is made of."""
    try:
        return u'%s' % (error,)
    except Exception:
        return repr(error)


def is_new(key):
    """Return whether a failure has not been logged for a minute, and remember that it is."""
    now = time.time()
    if now - _known.get(key, -_QUIET_SECONDS) < _QUIET_SECONDS:
        return False
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[key] = now
    return True


def log(problem, run):
    """Log an error that is being handled, with whose it is; what has a code is logged by the sidecar."""
    if 'code' in problem:
        return
    opened = run.opened
    where = u"%s of addon '%s' in '%s' (database %s, user %s)" % (
        run.label, run.addon, opened.path, opened.database.name, opened.uid,
    )
    key = (opened.database.name, opened.path, run.label, problem['name'], problem['traceback'][-300:])
    if not is_new(key):
        _logger.error(u'%s failed again: %s: %s', where, problem['name'], problem['message'])
        return
    _logger.error(u'%s failed: %s: %s\n%s', where, problem['name'], problem['message'], problem['traceback'].rstrip())
