# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import _, api, models
from odoo.exceptions import UserError


class WebSocketIOTestMessage(models.AbstractModel):
    _name = 'web_socketio.test.message'
    _inherit = ['postgres.notification', 'web_socketio.operator']
    _description = 'A message by which an operator sees that messages arrive'
    _postgres_channel = 'web_socketio.test'

    @api.model
    def send_to_me(self, tag):
        """Send a message to the pages of the operator.

        :param tag: by which the page knows it again, a text
        """
        self._check_operator()
        if not isinstance(tag, str) or not 0 < len(tag) <= 64:
            raise UserError(_('A test message has a tag: a text of up to 64 characters.'))
        self.committed_notify(to_id=self.env.uid, tag=tag)
        return True
