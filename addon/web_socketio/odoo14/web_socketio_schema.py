# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models

from ..common import schema, worker_notice


class WebSocketIOSchema(models.AbstractModel):
    _name = 'web_socketio.schema'
    _description = 'Tables, functions and triggers of web_socketio'

    def init(self):
        """Run at installation and at each update.

        A model of its own, because `init` is inherited: on `postgres.notification` it would run once for every
        class that inherits from it.
        """
        schema.create(self.env.cr)

    def _register_hook(self):
        super()._register_hook()
        worker_notice.loaded(self.env.cr.dbname)
