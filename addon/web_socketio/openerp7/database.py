# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

from openerp import sql_db
from openerp.modules.registry import RegistryManager

from ..common.token import TEXT

# OpenERP puts the name into a list of connection parameters, where a blank would begin another one.
_NAME = re.compile(r'^[A-Za-z0-9_][A-Za-z0-9_.-]*\Z')


def open_database(name):
    """Return the registry of a database that somebody names, None if the module is not installed there.

    :param name: anything
    :raises OperationalError: if PostgreSQL does not open it
    """
    if not isinstance(name, TEXT) or not _NAME.match(name):
        return None
    # Before its registry: OpenERP makes a database its own that is none.
    if name not in RegistryManager.registries and not _has_module(name):
        return None
    RegistryManager.check_registry_signaling(name)
    pool = RegistryManager.get(name)
    return pool if pool.get('web_socketio.call') is not None else None


def _has_module(name):
    cr = sql_db.db_connect(name).cursor()
    try:
        cr.execute("SELECT 1 FROM pg_class WHERE relname = 'web_socketio_session'")
        return bool(cr.fetchone())
    finally:
        cr.close()
