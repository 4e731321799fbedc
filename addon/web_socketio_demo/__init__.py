# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
try:
    from odoo.addons.web_socketio.series import ERA
except ImportError:
    from openerp.addons.web_socketio.series import ERA

# As in web_socketio: only what the running series understands may be imported.
if ERA == 'openerp7':
    from . import openerp7
elif ERA is not None:
    from . import models
