# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""OpenERP's own part of a Python worker's start: its options, its logging, its addons.

It runs before OpenERP knows where its addons are, so this file is loaded by its path: it imports nothing of this addon but
inside of functions.
"""
import importlib
import os

import openerp
from openerp import release
from openerp.modules import module as addons
from openerp.tools import config

# The worker's own: one to look at what is installed, one for its row, and what an addon opens by itself.
OTHER_CURSORS = 4


class Runtime(object):
    #: such as `OpenERP 7.0-20150624`
    title = '%s %s' % ('OpenERP' if release.version_info[0] < 8 else 'Odoo', release.version)

    def __init__(self):
        self._databases = []

    def configure(self, arguments):
        """Read OpenERP's options and its file, log as it says, and load what it loads for every database.

        Options that OpenERP does not know or that are wrong end the process as OpenERP does, with status 2.

        :param arguments: list of options, as on OpenERP's command line
        """
        # Else it neither hears of other processes' changes nor tells them its own.
        openerp.multi_process = True
        config.parse_config(arguments)
        self._find_this_addon()
        self._databases = [name.strip() for name in (config['db_name'] or '').split(',') if name.strip()]
        if hasattr(openerp.service, 'start_internal'):
            openerp.service.start_internal()
        else:
            openerp.service.server.load_server_wide_modules()

    @property
    def databases(self):
        """Names of databases: those of `-d`, else those of the file; they may be none."""
        return self._databases

    @property
    def config_file(self):
        """Path of OpenERP's file of configuration, None if there is none."""
        return config.rcfile if os.path.isfile(config.rcfile) else None

    @property
    def addons_path(self):
        """List of folders of addons."""
        return [os.path.abspath(path.strip()) for path in config['addons_path'].split(',')]

    def allow_cursors(self, count):
        """Let OpenERP's pool open so many connections to each database, and those that the worker needs besides."""
        config['db_maxconn'] = max(int(config['db_maxconn']), len(self._databases) * (count + OTHER_CURSORS))

    def registry(self, db):
        """Return the `Registry` of a database, not loaded yet."""
        return _part('series').module('worker_registry').Registry(db)

    def command(self, db):
        """Return the command that starts a worker for a database where this server runs."""
        return _part('common.worker_command').of_openerp(db, self.config_file)

    def _find_this_addon(self):
        # Who starts the folder may not have it in OpenERP's addons path, where it must be to be installed.
        folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        addons.initialize_sys_path()
        if folder not in self.addons_path:
            config['addons_path'] = '%s,%s' % (config['addons_path'], folder)
            addons.ad_paths.append(folder)


def _part(path):
    # Not before it is known where addons are.
    return importlib.import_module('openerp.addons.web_socketio.%s' % path)
