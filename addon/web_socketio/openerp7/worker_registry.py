# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging
import random
import time
from contextlib import contextmanager

from openerp import SUPERUSER_ID, sql_db, tools
from openerp.modules.registry import RegistryManager
from psycopg2 import errorcodes

from ..common.open_cursor import open_cursor
from ..common.refusal import refusal
from ..common.registry_build import RegistryBuild
from ..common.registry_error import module_missing, not_loaded
from . import named_error
from .conflict import is_conflict
from .worker_method import call

_logger = logging.getLogger(__name__)

# As OpenERP itself does it.
ATTEMPTS = 6
# A server with threads tells nobody of its changes, so the caches of access rights and of other things live no longer here.
CACHE_SECONDS = 1


class Registry(object):
    """What a Python worker needs of a database of OpenERP 7.0.

    :param db: its name
    """

    def __init__(self, db):
        self.db = db
        self._build = RegistryBuild(db, tools.config['addons_path'].split(','))
        # OpenERP's registry that the worker knows of, and the addons with which it was built.
        self._known = self._modules = None
        self._cleared = 0

    def load(self):
        """Build OpenERP's registry if it is not there, which imports the installed addons.

        :raises RegistryError: if that fails, or the database has not got this addon; OperationalError
        """
        with self.connect() as cr:
            # OpenERP makes a database its own that is none.
            cr.execute("SELECT to_regclass('web_socketio_session') IS NOT NULL")
            if not cr.fetchone()[0]:
                raise module_missing(self.db)
            self._modules = _modules(cr)
        self._known = self._build.run(lambda: RegistryManager.get(self.db))

    def installed(self):
        """Return the names of the installed addons, as a set."""
        with self.connect() as cr:
            return {name for name, _version, _state in _modules(cr)}

    def follow(self):
        """Do what other processes have signalled or done: clear caches, or build the registry anew.

        :return: whether there is another registry since the last time
        :raises RegistryError: if it cannot be built, such as after the installation of an addon that cannot be
            imported; OperationalError
        """
        before, self._known = self._known, self._build.run(self._follow)
        return self._known is not before

    def call(self, uid, context, model, method, args, kwargs):
        """Call a method of a model as a user, in a transaction of its own, which is repeated after a conflict.

        :param context: of the user's session
        :return: what the method returns
        """
        pool = self._registry()
        self._clear_caches(pool)
        for attempt in range(ATTEMPTS):
            try:
                with self.connect() as cr:
                    result = call(pool, cr, uid, context, model, method, args, kwargs)
                break
            except Exception as error:
                if not is_conflict(error) or attempt + 1 == ATTEMPTS:
                    raise
                pause = random.uniform(0, 2 ** attempt)
                _logger.info('%s, retry %d in %.04f sec...', errorcodes.lookup(error.pgcode), attempt + 1, pause)
                time.sleep(pause)
        RegistryManager.signal_caches_change(self.db)
        return result

    @contextmanager
    def connect(self):
        """Give a cursor of its own transaction, which is committed at the end."""
        with open_cursor(sql_db.db_connect(self.db).cursor) as cr:
            yield cr
            # Nobody else does: this is no request.
            cr.commit()  # pylint: disable=invalid-commit

    def close(self):
        """Leave the connections to the end of the process: OpenERP writes the password into its log as it closes them."""

    def refusal(self, error):
        """Return `{code, name, message}` of an error by which OpenERP refuses something to its user, None for others."""
        if not named_error.is_for_users(error):
            return None
        with self.connect() as cr:
            described = named_error.describe(self._registry(), cr, SUPERUSER_ID, error)
        return refusal(described['name'].rpartition('.')[2], described['message'])

    def _registry(self):
        """Return OpenERP's registry for a call; if it is being built, wait for that.

        A handler's greenlet never builds it: OpenERP would keep the half of it that is there when the greenlet is killed.
        """
        with RegistryManager.registries_lock:
            registry = RegistryManager.registries.get(self.db)
        if registry is None:
            raise not_loaded(self.db)
        return registry

    def _follow(self):
        RegistryManager.check_registry_signaling(self.db)
        with self.connect() as cr:
            modules = _modules(cr)
        pool = RegistryManager.get(self.db)
        # A server with threads signals nothing. What is still being installed is looked at when that is over.
        if modules != self._modules and all(state == 'installed' for _name, _version, state in modules):
            pool = pool if pool is not self._known else RegistryManager.new(self.db)
            self._modules = modules
        return pool

    def _clear_caches(self, pool):
        if time.time() - self._cleared >= CACHE_SECONDS:
            self._cleared = time.time()
            pool.clear_caches()
            # This is no change that anybody has to hear of.
            pool.reset_any_cache_cleared()


def _modules(cr):
    cr.execute("SELECT name, latest_version, state FROM ir_module_module WHERE state IN ('installed', 'to upgrade') ORDER BY name")
    return cr.fetchall()
