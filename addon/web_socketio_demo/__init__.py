# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
try:
    from odoo.addons.web_socketio.series import FOLDERS
except ImportError:
    from openerp.addons.web_socketio.series import FOLDERS

# As in web_socketio: only what the running series understands may be imported.
if 'openerp7' in FOLDERS:
    from . import openerp7
elif FOLDERS:
    from . import wizards
