# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import UserError, ValidationError


class WebSocketIOTestCall(models.AbstractModel):
    _name = 'web_socketio_test.call'
    _description = 'Methods that answer in all ways'

    @api.model
    def answer_nothing(self):
        return None

    @api.model
    def answer_context(self):
        return dict(self.env.context)

    @api.model
    def answer_text(self, length):
        return 'x' * length

    @api.model
    def raise_user_error(self, message):
        raise UserError(message)

    @api.model
    def raise_validation_error(self, message):
        raise ValidationError(message)

    @api.model
    def raise_key_error(self, key):
        return {}[key]

    @api.model
    def rename_and_fail(self, name):
        self.env.user.partner_id.sudo().name = name
        self.env.flush_all()
        raise UserError('Rolled back')
