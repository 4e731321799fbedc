# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class WebSocketIOAssets(models.AbstractModel):
    _name = 'web_socketio.assets'
    _description = "Files of the web client that a manifest cannot name"

    @api.model
    def _load(self, addon):
        """Do nothing: from 15.0 on the manifest names them."""
