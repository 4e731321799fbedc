# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging
import sys

from . import series
from .common import old_name
from .hooks import pre_init_hook, uninstall_hook

# The same folder is installed on every series; what differs between them is in folders of it. Only those of the running
# series may be imported: OpenERP 7.0 answers 404 for its whole web client over syntax that Python 2.7 does not
# know, even where the module is not installed.
series.register()

old_name.keep(__name__, ['namespace', 'session', 'web_socketio', 'notify'])

# Up to 18.0 Odoo finds `odoo web_socketio` by importing every addon that has a folder `cli`; 19.0 reads the file in it. Who
# was not started by a command of Odoo, such as a WSGI server or the worker itself, needs no commands.
if 'odoo.cli' in sys.modules or 'openerp.cli' in sys.modules:
    from .cli import web_socketio as _command  # noqa: F401

if series.FOLDERS and not series.IS_TESTED and series.MAJOR >= 14:
    logging.getLogger(__name__).info(
        'web_socketio was tried by hand on Odoo %s; its tests run on %s.',
        series.SERIES,
        ' and '.join(sorted((name for name, row in series.TABLE.items() if row.get('tested') and float(name) >= 14), key=float)),
    )
