# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Notices that one handler holds up all others, and says which and where."""
import logging
import os
import sys
import time

import gevent
from gevent import monkey

from .run import Run

_logger = logging.getLogger(__name__)

BEAT_SECONDS = 0.1
BLOCKED_SECONDS = 0.5
# From then on nobody waits for the end of it to log it.
STUCK_SECONDS = 5.0

_HERE = os.path.dirname(os.path.abspath(__file__))


class Watchdog(object):
    """A thread of the system, since a greenlet would be held up with the others."""

    def __init__(self):
        start_thread = monkey.get_original('thread' if sys.version_info[0] == 2 else '_thread', 'start_new_thread')
        identity = monkey.get_original('thread' if sys.version_info[0] == 2 else '_thread', 'get_ident')
        self._sleep = monkey.get_original('time', 'sleep')
        self._main = identity()
        self._last = time.time()
        self._found = None  # (place, what is said of it)
        self._known = set()
        self._is_stopped = self._has_ended = False
        self._beating = gevent.spawn(self._beat)
        start_thread(self._watch, ())

    def _beat(self):
        while True:
            now = time.time()
            blocked, self._last = now - self._last - BEAT_SECONDS, now
            found, self._found = self._found, None
            if found:
                self._log(found, 'blocked the worker for %.1f s' % blocked)
            gevent.sleep(BEAT_SECONDS)

    def _watch(self):
        try:
            self._look_again()
        finally:
            self._has_ended = True

    def _look_again(self):
        while not self._is_stopped:
            self._sleep(BEAT_SECONDS)
            silence = time.time() - self._last - BEAT_SECONDS
            if silence < BLOCKED_SECONDS:
                continue
            found = self._found
            if found is None:
                found = self._found = self._look()
            if found and silence > STUCK_SECONDS:
                self._log(found, 'has blocked the worker for %d s, and still does' % STUCK_SECONDS)

    def _look(self):
        frame = sys._current_frames().get(self._main)
        try:
            return _describe(frame) if frame is not None else None
        except Exception:
            # It reads what another thread changes meanwhile. Without this thread nobody would look any more.
            _logger.debug('What blocks cannot be read at present', exc_info=True)
            return None

    def _log(self, found, what):
        place, handler = found
        # Once for each place, whoever's page it was.
        if place in self._known:
            return
        self._known.add(place)
        _logger.warning(
            '%s %s, so no other handler ran: %s. Call nothing that waits without gevent or computes for long: use what '
            'gevent has patched, or a thread pool (gevent.get_hub().threadpool).', handler, what, place,
        )

    def stop(self):
        """End it; it may be called twice."""
        self._is_stopped = True
        self._beating.kill()
        while not self._has_ended:
            # A thread that outlives the interpreter's modules complains in Python 2.7.
            gevent.sleep(BEAT_SECONDS / 2)


def _describe(frame):
    """Return the innermost place that is an addon's own, and whose handler it is; None if none runs."""
    innermost = place = handler = None
    while frame is not None:
        code = frame.f_code
        innermost = innermost or _place(frame)
        run = frame.f_locals.get('self')
        if code.co_name == '_run' and isinstance(run, Run):
            opened = run.opened
            handler = "%s of addon '%s' in '%s' (database %s, user %s)" % (
                run.label, run.addon, opened.path, opened.database.name, opened.uid,
            )
            break
        if place is None and not _is_foreign(code.co_filename):
            place = _place(frame)
        frame = frame.f_back
    return (place or innermost, handler) if handler else None


def _place(frame):
    # Python 3.11 knows no line now and then, while another thread runs it.
    return '%s:%s, in %s' % (frame.f_code.co_filename, frame.f_lineno or '?', frame.f_code.co_name)


def _is_foreign(filename):
    path = os.path.abspath(filename)
    return path.startswith((_HERE, os.path.dirname(os.__file__), sys.prefix)) or 'site-packages' in path
