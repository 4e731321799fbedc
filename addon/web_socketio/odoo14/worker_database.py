# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from contextlib import contextmanager

import odoo.addons
from odoo import exceptions, sql_db
from odoo.modules.registry import Registry as OdooRegistry

from ..common.open_cursor import open_cursor
from ..common.refusal import refusal
from ..common.registry_build import RegistryBuild
from ..common.registry_error import module_missing, not_loaded


class WorkerDatabase(object):
    """What a Python worker needs of a database of Odoo 14.0 or later, but for the calls of models.

    :param db: its name
    """

    def __init__(self, db):
        self.db = db
        self._build = RegistryBuild(db, list(odoo.addons.__path__))
        # Odoo's registry that the worker knows of.
        self._known = None

    def load(self):
        """Build Odoo's registry if it is not there, which imports the installed addons.

        :raises RegistryError: if that fails, or the database has not got this addon; OperationalError
        """
        with self.connect() as cr:
            cr.execute("SELECT to_regclass('web_socketio_session') IS NOT NULL")
            if not cr.fetchone()[0]:
                raise module_missing(self.db)
        self._known = self._build.run(lambda: OdooRegistry(self.db))

    def installed(self):
        """Return the names of the installed addons, as a set."""
        with self.connect() as cr:
            cr.execute("SELECT name FROM ir_module_module WHERE state IN ('installed', 'to upgrade')")
            return {name for (name,) in cr.fetchall()}

    def follow(self):
        """Do what other processes have signalled: clear caches, or build the registry anew.

        :return: whether there is another registry since the last time
        :raises RegistryError: if it cannot be built, such as after the installation of an addon that cannot be
            imported; OperationalError
        """
        before, self._known = self._known, self._build.run(lambda: OdooRegistry(self.db).check_signaling())
        return self._known is not before

    @contextmanager
    def connect(self):
        """Give a cursor of its own transaction, which is committed at the end: for tables that no model has."""
        with open_cursor(sql_db.db_connect(self.db).cursor) as cr:
            yield cr
            # Nobody else does: this is no request.
            cr.commit()  # pylint: disable=invalid-commit

    def close(self):
        """Close the connections to the database."""
        sql_db.close_db(self.db)

    def refusal(self, error):
        """Return `{code, name, message}` of an error by which Odoo refuses something to its user, None for others."""
        names = [cls.__name__ for cls in type(error).__mro__ if cls.__module__ == exceptions.__name__]
        return next(filter(None, (refusal(name, str(error)) for name in names)), None)

    def _registry(self):
        """Return Odoo's registry for a call; if it is being built, wait for that.

        A handler's greenlet never builds it: Odoo would keep the half of it that is there when the greenlet is killed.
        """
        with OdooRegistry._lock:
            registry = OdooRegistry.registries.get(self.db)
        if registry is None:
            raise not_loaded(self.db)
        return registry
