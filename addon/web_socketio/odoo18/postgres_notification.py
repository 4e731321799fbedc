# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, models
from odoo.tools.json import json_default

from ..common import message


class PostgresNotification(models.AbstractModel):
    """Inherit from this model, set `_postgres_channel`, and send messages with `committed_notify`.

    None of the methods can be called by RPC: what a message may say, and to whom, is for the model that inherits to
    decide.
    """
    _name = 'postgres.notification'
    _description = 'Messages to the sidecar of web_socketio'
    _postgres_channel = None

    @api.private
    @api.model
    def committed_notify(self, **values):
        """Send the values when the current transaction commits, and never if it is rolled back."""
        self._postgres_notify(self.env.cr, values)

    @api.private
    @api.model
    def notify(self, **values):
        """Send the values at once, whatever becomes of the current transaction."""
        with self.env.registry.cursor() as cr:
            self._postgres_notify(cr, values)

    @api.private
    @api.model
    def renotify(self):
        """Nobody needs to call this: messages are rows, so a sidecar that starts again finds them all.

        In 2013 it sent again what a server that had been started again no longer knew. It is kept for addons that
        override it or call it.
        """

    @api.model
    def _postgres_notify(self, cr, values):
        message.insert(cr, self._name, self._postgres_channel, self.env.uid, values, json_default)
