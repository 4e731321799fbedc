# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import os

from odoo import _, api, models
from odoo.exceptions import AccessError

from ..common import operator
from .screen_views import load_views

FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'views', 'operator_screen.xml')


class WebSocketIOOperator(models.AbstractModel):
    """What the models of the operator's screen share. They read our tables by SQL, and have none of their own."""
    _name = 'web_socketio.operator'
    _description = "The operator's screen of web_socketio"

    def _check_operator(self):
        """Refuse everybody else: any user could call a method by RPC, whatever may be read."""
        if not self.env.is_system():
            raise AccessError(_("This is for users of the group Administration / Settings."))

    def exists(self):
        """Look among our rows: Odoo 14.0 looks for a table with the name of the model, and later series do not look at rights."""
        self._check_operator()
        query = self._table_query
        there = operator.existing(self.env.cr, query, self.ids) if query else ()
        return self.browse(id_ for id_ in self.ids if id_ in there)

    def ask(self):
        """Have the web client of 14.0 ask before it calls the method that the button names."""
        self._check_operator()
        method, text = self.env.context.get('web_socketio_method'), self.env.context.get('web_socketio_text')
        return {
            'type': 'ir.actions.client',
            'tag': 'web_socketio.ask',
            'params': {'model': self._name, 'method': method, 'ids': self.ids, 'text': text},
        }

    @api.model
    def _load_views(self):
        """Load the views as the running series writes them. Called by the data of the addon."""
        load_views(self.env, 'web_socketio', FILE)
