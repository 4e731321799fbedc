# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import inspect

from odoo import api, models
from odoo.tools.date_utils import json_default

from ..common import message
from .private_method import private_method


class PostgresNotification(models.AbstractModel):
    """Inherit from this model, set `_postgres_channel`, and send messages with `committed_notify`.

    None of the methods can be called by RPC: what a message may say, and to whom, is for the model that inherits to
    decide.
    """
    _name = 'postgres.notification'
    _description = 'Messages to the sidecar of web_socketio'
    _postgres_channel = None

    @private_method
    @api.model
    def committed_notify(self, **values):
        """Send the values when the current transaction commits, and never if it is rolled back."""
        self._postgres_notify(self.env.cr, values)

    @private_method
    @api.model
    def notify(self, **values):
        """Send the values at once, whatever becomes of the current transaction."""
        with self.env.registry.cursor() as cr:
            self._postgres_notify(cr, values)

    @private_method
    @api.model
    def renotify(self):
        """Nobody needs to call this: messages are rows, so a sidecar that starts again finds them all.

        In 2013 it sent again what a server that had been started again no longer knew. It is kept for addons that
        override it or call it.
        """

    def _register_hook(self):
        super()._register_hook()
        # What an addon overrides is a plain method again, which anybody could call by RPC.
        model = type(self)
        for name in ('committed_notify', 'notify', 'renotify'):
            method = inspect.getattr_static(model, name)
            if not isinstance(method, private_method):
                setattr(model, name, private_method(method))

    @api.model
    def _postgres_notify(self, cr, values):
        message.insert(cr, self._name, self._postgres_channel, self.env.uid, values, json_default)
