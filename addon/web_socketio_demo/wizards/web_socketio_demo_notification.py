# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class WebSocketIODemoNotification(models.TransientModel):
    _name = 'web_socketio.demo.notification'
    _inherit = 'postgres.notification'
    _description = 'Notification to the browsers of chosen users'
    _postgres_channel = 'web_socketio_demo'

    subject = fields.Char(required=True)
    text = fields.Text(required=True)
    kind = fields.Selection(
        [('info', 'Information'), ('success', 'Success'), ('warning', 'Warning'), ('danger', 'Danger')],
        default='info',
        required=True,
    )
    sticky = fields.Boolean(help='Stay on the screen until the user closes it.')
    recipient_ids = fields.Many2many(
        'res.users',
        string='Recipients',
        required=True,
        default=lambda self: self._default_recipients(),
    )

    def _default_recipients(self):
        """The users that are open or selected where the action was chosen."""
        if self.env.context.get('active_model') != 'res.users':
            return False
        return self.env['res.users'].browse(self.env.context.get('active_ids'))

    def action_send(self):
        self.ensure_one()
        for user in self.recipient_ids:
            self.committed_notify(
                to_id=user.id,
                subject=self.subject,
                text=self.text,
                kind=self.kind,
                sticky=self.sticky,
            )
        return {'type': 'ir.actions.act_window_close'}
