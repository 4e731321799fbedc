# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models


class WebSocketIOTestNews(models.AbstractModel):
    _name = 'web_socketio_test_python.news'
    _inherit = 'postgres.notification'
    _description = 'News for a user'
    _postgres_channel = 'web_socketio_test_python.news'

    @api.model
    def send(self, to_id, text):
        self.committed_notify(to_id=to_id, text=text)
