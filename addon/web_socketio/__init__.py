# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging

from . import series
from .hooks import pre_init_hook, uninstall_hook

# The same folder is installed on every series; what differs between them is in folders of it. Only those of the running
# series may be imported: OpenERP 7.0 answers 404 for its whole web client over syntax that Python 2.7 does not
# know, even where the module is not installed.
series.register()

if series.FOLDERS and not series.IS_TESTED and series.MAJOR >= 14:
    logging.getLogger(__name__).info(
        'web_socketio was tried by hand on Odoo %s; its tests run on %s.',
        series.SERIES,
        ' and '.join(sorted((name for name, row in series.TABLE.items() if row.get('tested') and float(name) >= 14), key=float)),
    )
