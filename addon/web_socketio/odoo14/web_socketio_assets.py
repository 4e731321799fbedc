# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.tools import convert_file


class WebSocketIOAssets(models.AbstractModel):
    _name = 'web_socketio.assets'
    _description = "Files of the web client that a manifest cannot name"

    @api.model
    def _load(self, addon):
        """Put the addon's file into the bundle of the web client, by a view that goes with the addon.

        Called by the data of our addons. The view cannot be among them: it inherits from one that later series do not
        have.
        """
        convert_file(self.env.cr, addon, 'views/assets_odoo14.xml', {}, mode='update')
