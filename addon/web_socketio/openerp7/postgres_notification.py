# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.modules.registry import RegistryManager
from openerp.osv import osv

from ..common import message
from . import json_value, rpc_caller


class postgres_notification(osv.AbstractModel):
    """Inherit from this model, set `_postgres_channel`, and send messages with `committed_notify`.

    None of the methods can be called by RPC: what a message may say, and to whom, is for the model that inherits to
    decide.
    """
    _name = 'postgres.notification'
    _description = 'Messages to the sidecar of web_socketio'
    _postgres_channel = None

    def committed_notify(self, cr, uid, **values):
        """Send the values when the current transaction commits, and never if it is rolled back."""
        rpc_caller.refuse(self._name, 'committed_notify')
        self._postgres_notify(cr, uid, values)

    def notify(self, cr, uid, **values):
        """Send the values at once, whatever becomes of the current transaction."""
        rpc_caller.refuse(self._name, 'notify')
        with RegistryManager.get(cr.dbname).cursor() as own:
            self._postgres_notify(own, uid, values)

    def renotify(self, cr, uid, context=None):
        """Nobody needs to call this: messages are rows, so a sidecar that starts again finds them all.

        In 2013 it sent again what a server that had been started again no longer knew. It is kept for addons that
        override it or call it.
        """
        rpc_caller.refuse(self._name, 'renotify')

    def _postgres_notify(self, cr, uid, values):
        message.insert(cr, self._name, self._postgres_channel, uid, values, json_value.default)
