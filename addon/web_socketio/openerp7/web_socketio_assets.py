# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.osv import osv


class web_socketio_assets(osv.AbstractModel):
    _name = 'web_socketio.assets'
    _description = 'Files of the web client that a manifest cannot name'

    def _load(self, cr, uid, addon):
        """Do nothing: OpenERP 7.0 reads the names of the files in the manifest."""
