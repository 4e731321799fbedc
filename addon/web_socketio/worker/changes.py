# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Notices that a Python file of an addon was changed, for `--dev`."""
import os
import sys
import time

SECONDS = 1.0


class Changes(object):
    """:param folders: with addons
    """

    def __init__(self, folders):
        self._folders = tuple(os.path.join(os.path.abspath(one), '') for one in folders)
        # A file may change before anybody has looked at it.
        self._begun = time.time()
        self._known = self._times()

    def find(self):
        """Return the path of a file that has changed since the last time, None if none has."""
        times = self._times()
        known, self._known = self._known, times
        for path in sorted(times):
            if times[path] != known[path] if path in known else times[path] > self._begun:
                return path
        return None

    def _times(self):
        times = {}
        for module in list(sys.modules.values()):
            path = _source(getattr(module, '__file__', None))
            if path is not None and path.startswith(self._folders):
                try:
                    times[path] = os.stat(path).st_mtime
                except OSError:
                    continue  # An editor is saving it.
        return times


def _source(path):
    if not isinstance(path, str):
        return None
    path = os.path.abspath(path)
    return path[:-1] if path.endswith(('.pyc', '.pyo')) else path


def is_whole(path):
    """Return whether a file of Python can be read; if it cannot, say why.

    :return: (is it?, why not)
    """
    try:
        with open(path, 'rb') as source:
            compile(source.read(), path, 'exec', 0, True)
    except (SyntaxError, ValueError, IOError) as error:
        return False, '%s' % (error,)
    return True, ''
