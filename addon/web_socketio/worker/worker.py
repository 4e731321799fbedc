# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The Python worker: the databases that it serves, from its start to its stop."""
import logging
import time

import gevent

from ..common import current
from . import exchange
from .database import Database

_logger = logging.getLogger(__name__)

# How long an event that runs may take to end by itself; what waits for messages, or is a loop, is ended at once.
GRACE_SECONDS = 10
END_SECONDS = 10


class Worker(object):
    """:param runtime: gives the registries
    :param options: of the command line
    :param release: of the addon
    """

    def __init__(self, runtime, options, release):
        self.databases = {
            name: Database(runtime.registry(name), options, release) for name in runtime.databases
        }

    def start(self):
        """Serve all databases; those that cannot be served yet are served later."""
        exchange.lend()
        current.find_model = self._model
        for database in self.databases.values():
            database.start()

    def _model(self, db, uid, name):
        database = self.databases.get(db)
        if database is None:
            raise ValueError("This worker does not serve '%s'. It serves %s." % (db, ', '.join(sorted(self.databases))))
        return database.model(uid, {}, name)

    def stop(self):
        """End everything, within 30 s: handlers are ended, and their `disconnect` does not run."""
        for database in self.databases.values():
            database.links.leave()
        links = [link for database in self.databases.values() for link in database.links]
        self._end(links, GRACE_SECONDS, _is_idle)
        self._end(links, END_SECONDS, lambda one: True)
        left = [one for link in links for one in link.runs()]
        if left:
            _logger.warning('%d handlers did not end: %s', len(left), ', '.join(sorted({one.label for one in left})))
        gevent.joinall([gevent.spawn(database.stop) for database in self.databases.values()], 5)

    def _end(self, links, seconds, is_chosen):
        deadline = time.time() + seconds
        while time.time() < deadline:
            runs = [one for link in links for one in link.runs()]
            if not runs:
                return
            for one in runs:
                if is_chosen(one):
                    one.end()
            gevent.sleep(0.05)


def _is_idle(run):
    return run.is_waiting or time.time() - run.begun > GRACE_SECONDS
