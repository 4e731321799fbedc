# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.osv import osv
from openerp.tools import convert


class web_socketio_assets(osv.AbstractModel):
    _name = 'web_socketio.assets'
    _description = 'Files of the web client that a manifest cannot name'

    def _load(self, cr, uid, addon):
        """Put the addon's file into the bundle of the web client, by a view that goes with the addon.

        Called by the data of our addons. The view cannot be among them: it inherits from one that OpenERP 7.0 does not
        have.
        """
        convert.convert_file(cr, addon, 'views/assets_odoo8.xml', {}, mode='update')
