# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from .series import ERA

# The same folder is installed on every series; what differs between them is in packages. Only those of the running
# series may be imported: OpenERP 7.0 answers 404 for its whole web client over syntax that Python 2.7 does not
# know, even where the module is not installed.
if ERA == 'openerp7':
    from . import openerp7
elif ERA == 'odoo':
    from . import odoo_series
from .hooks import pre_init_hook, uninstall_hook
