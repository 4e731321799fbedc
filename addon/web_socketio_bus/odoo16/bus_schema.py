# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from ..hooks import run_script


class WebSocketIOBusSchema(models.AbstractModel):
    _name = 'web_socketio.bus.schema'
    _description = 'What web_socketio_bus adds to the table of the bus'

    def init(self):
        """Run at installation and at each update. Plain SQL: no field of the bus, so nothing of Odoo's reads or copies it."""
        # As in web_socketio: an addon that extends all models is no reason.
        if self.env.context.get('module', 'web_socketio_bus') == 'web_socketio_bus':
            run_script(self.env.cr, 'schema.sql')
