# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import UserError


class WebSocketIOTestMessage(models.AbstractModel):
    _name = 'web_socketio_test.message'
    _inherit = 'postgres.notification'
    _description = 'Messages of the tests'
    _postgres_channel = 'web_socketio_test'

    @api.model
    def send_committed(self, values, fail=False):
        self.committed_notify(**values)
        if fail:
            raise UserError('Rolled back')

    @api.model
    def send_now(self, values, fail=False):
        self.notify(**values)
        if fail:
            raise UserError('Rolled back')

    @api.model
    def send_nan(self, method):
        getattr(self, method)(lines=[{'price': 1.5}, {'price': float('nan')}])

    # Without a decorator, as an addon of 2013 would override it.
    def renotify(self):
        return [self._postgres_channel, super().renotify()]

    @api.model
    def call_renotify(self):
        return self.renotify()


class WebSocketIOTestMessageNoChannel(models.AbstractModel):
    _name = 'web_socketio_test.message.no_channel'
    _inherit = 'web_socketio_test.message'
    _description = 'Messages without a channel'
    _postgres_channel = None


class WebSocketIOTestMessageReserved(models.AbstractModel):
    _name = 'web_socketio_test.message.reserved'
    _inherit = 'web_socketio_test.message'
    _description = 'Messages on the channel of web_socketio itself'
    _postgres_channel = 'web_socketio.control'


class WebSocketIOTestDemo(models.AbstractModel):
    _name = 'web_socketio_test.demo'
    _inherit = 'web_socketio_test.message'
    _description = 'Messages on the channel of the demonstration'
    _postgres_channel = 'web_socketio_demo'
