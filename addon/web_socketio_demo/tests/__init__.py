# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
try:
    from odoo.addons.web_socketio.series import MAJOR
except ImportError:
    from openerp.addons.web_socketio.series import MAJOR

# OpenERP 7.0 imports the tests of all addons when it runs any; these need Python 3.
if MAJOR >= 14:
    from . import test_web_socketio_demo_notification
