# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The command that starts a worker: `python web_socketio -d mydb`."""
import ast
import io
import logging
import os
import signal
import sys

import gevent
from gevent.event import Event

from ..common import declarations
from . import alias, options
from .changes import SECONDS, Changes, is_whole
from .watchdog import Watchdog
from .worker import Worker

_logger = logging.getLogger(__name__)

FAILED = 1


def main(argv, runtime):
    """Run a worker until a signal ends it.

    :param argv: list of texts, without the name of the program
    :param runtime: of the series, configured
    :return: the exit code
    """
    chosen = options.parse(argv)
    for note in chosen.notes:
        _logger.info(note)
    if not runtime.databases:
        _logger.error('There is no database to serve. Name one or more: -d mydb')
        return FAILED
    alias.install()
    allow_cursors = getattr(runtime, 'allow_cursors', None)
    if allow_cursors:
        allow_cursors(chosen.max_cursor)
    worker = Worker(runtime, chosen, release())
    return check(worker) if chosen.check_config else _run(worker, chosen, runtime)


def release():
    """Return the version of the addon."""
    path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), '__manifest__.py')
    with io.open(path, encoding='utf-8') as manifest:
        return ast.literal_eval(manifest.read())['version']


def check(worker):
    """Print what the addons of each database declare.

    :return: the exit code: 0 if all of them could be loaded
    """
    code = 0
    for name, database in sorted(worker.databases.items()):
        try:
            database.load()
        except Exception as error:
            sys.stdout.write('%s: %s: %s\n' % (name, type(error).__name__, error))
            code = FAILED
            continue
        addons = sorted(declarations.addons())
        sys.stdout.write('%s: %s\n' % (name, 'these addons declare in Python:' if addons else 'no addon declares anything in Python'))
        for addon in addons:
            state = '' if addon in database.installed else ' (not installed)'
            for text in declarations.summary(addon):
                sys.stdout.write('  %s%s: %s\n' % (addon, state, text))
    sys.stdout.flush()
    return code


class _Signals(object):
    """The first one that ends asks the worker to stop, the second one ends it at once.

    Python's own handlers, and not gevent's: they work while a handler holds up the loop, too.
    """

    def __init__(self):
        self.heard = Event()
        self.is_restart = False
        self._first = None
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self._stop)
        signal.signal(signal.SIGHUP, self._restart)

    def _stop(self, number, _frame):
        if self._first is not None:
            os._exit(128 + number)
        self._first = number
        self.is_restart = False
        self.heard.set()

    def _restart(self, _number, _frame):
        if self._first is None:
            self.restart()

    def restart(self):
        """Begin anew, with the code of now."""
        self.is_restart = True
        self.heard.set()


def _run(worker, chosen, runtime):
    signals = _Signals()
    watchdog = Watchdog()
    _logger.info(
        'Python worker %s for %s, with %s, serves %s; sidecars: %s', release(), runtime.title,
        'Python %d.%d.%d' % sys.version_info[:3], ', '.join(sorted(worker.databases)),
        ', '.join('%s:%d' % one for one in chosen.sidecars),
    )
    worker.start()
    watching = gevent.spawn(_watch, signals, runtime.addons_path) if chosen.dev else None
    signals.heard.wait()
    _logger.info('The Python worker %s', 'starts anew' if signals.is_restart else 'stops')
    if watching is not None:
        watching.kill()
    worker.stop()
    watchdog.stop()
    if signals.is_restart:
        logging.shutdown()
        os.execv(sys.executable, [sys.executable] + sys.argv)
    _logger.info('The Python worker has stopped')
    return 0


def _watch(signals, folders):
    changes = Changes(folders)
    while True:
        gevent.sleep(SECONDS)
        path = changes.find()
        if path is None:
            continue
        whole, problem = is_whole(path)
        if whole:
            _logger.info('%s has changed', path)
            signals.restart()
            return
        _logger.error('%s has changed, and cannot be read: %s. What was loaded before it goes on.', path, problem)
