# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Odoo's own part of a Python worker's start: its options, its logging, its addons.

It runs before Odoo knows where its addons are, so this file is loaded by its path: it imports nothing of this addon but
inside of functions.
"""
import importlib
import inspect
import os

try:
    # From 19.0 on, what has to come before everything else of Odoo, such as the time zone.
    import odoo.init as _init  # noqa: F401
except ImportError:
    _init = None  # Earlier series do it by themselves.

import odoo.addons
from odoo import release
from odoo.modules import initialize_sys_path
from odoo.service import server
from odoo.tools import config

# Odoo's own hosting has versions such as ('saas~18', 2).
MAJOR = int(str(release.version_info[0]).split('~')[-1])
# The worker's own: one to look at what is installed, one for its row, and what an addon opens by itself.
OTHER_CURSORS = 4


class Runtime(object):
    #: such as `Odoo 19.0`
    title = 'Odoo %s' % release.version

    def __init__(self):
        self._databases = []

    def configure(self, arguments):
        """Read Odoo's options and its file, log as it says, and load what Odoo loads for every database.

        Options that Odoo does not know or that are wrong end the process as Odoo does, with status 2.

        :param arguments: list of options, as on Odoo's command line
        """
        # Later series warn if nobody says it.
        logs = {'setup_logging': True} if 'setup_logging' in inspect.signature(config.parse_config).parameters else {}
        config.parse_config(arguments, **logs)
        initialize_sys_path()
        self._find_this_addon()
        names = config['db_name'] or []
        names = names.split(',') if isinstance(names, str) else names
        self._databases = [name.strip() for name in names if name.strip()]
        server.load_server_wide_modules()

    @property
    def databases(self):
        """Names of databases: those of `-d`, else those of the file; they may be none."""
        return self._databases

    @property
    def config_file(self):
        """Path of Odoo's file of configuration, None if there is none."""
        # `rcfile` is deprecated from 19.0 on, and the only way before.
        path = config['config'] if MAJOR >= 19 else config.rcfile
        return os.path.abspath(path) if path and os.path.isfile(path) else None

    @property
    def addons_path(self):
        """List of folders of addons."""
        return list(odoo.addons.__path__)

    def allow_cursors(self, count):
        """Let Odoo's pool open so many connections to each database, and those that the worker needs besides."""
        config['db_maxconn'] = max(int(config['db_maxconn']), len(self._databases) * (count + OTHER_CURSORS))

    def registry(self, db):
        """Return the `Registry` of a database, not loaded yet."""
        return _part('series').module('worker_registry').Registry(db)

    def command(self, db):
        """Return the command that starts a worker for a database where this server runs."""
        default = os.environ.get('ODOO_RC') or os.environ.get('OPENERP_SERVER') or os.path.expanduser('~/.odoorc')
        return _part('common.worker_command').of_odoo(db, self.config_file, os.path.abspath(default))

    @staticmethod
    def _find_this_addon():
        # Who starts the folder may not have it in Odoo's addons path, where it must be to be installed.
        folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        if folder not in (os.path.abspath(path) for path in odoo.addons.__path__):
            odoo.addons.__path__.append(folder)


def _part(path):
    # Not before it is known where addons are.
    return importlib.import_module('odoo.addons.web_socketio.%s' % path)
