# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How often a registry is built that cannot be built: each attempt takes seconds of processor time."""
import sys
import time

from psycopg2 import OperationalError

from .registry_error import RegistryError, build_failed

SHORTEST_PAUSE_SECONDS = 2
LONGEST_PAUSE_SECONDS = 60


class RegistryBuild(object):
    """Builds the registry of one database, and pauses after each failure, longer each time.

    :param db: name of the database
    :param addons_path: list of folders of addons, to say where an error is
    """

    def __init__(self, db, addons_path):
        self._db = db
        self._addons_path = addons_path
        self._pause = SHORTEST_PAUSE_SECONDS
        self._until = 0
        self._reason = None

    def run(self, build):
        """Return what a function returns that builds the registry, or has it already.

        :raises RegistryError: if it failed, now or so recently that it is not called
        :raises OperationalError: if PostgreSQL is not there: trying again costs nothing
        """
        if self._reason and time.time() < self._until:
            raise RegistryError(self._reason)
        try:
            result = build()
        except (OperationalError, RegistryError):
            raise
        except Exception as error:
            failure = build_failed(self._db, error, sys.exc_info()[2], self._addons_path)
            self._reason = failure.message
            self._until = time.time() + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
            raise failure
        self._reason = None
        self._pause = SHORTEST_PAUSE_SECONDS
        return result
