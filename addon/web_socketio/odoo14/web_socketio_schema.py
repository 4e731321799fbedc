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
        # Odoo calls it for each addon that extends all models, too: there is nothing to do then, and pages that are served
        # meanwhile would wait for the locks.
        if self.env.context.get('module', 'web_socketio') == 'web_socketio':
            schema.create(self.env.cr)

    def _register_hook(self):
        super()._register_hook()
        worker_notice.loaded(self.env.cr.dbname)
