# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=attribute-deprecated
from openerp.osv import fields, osv


class web_socketio_demo_notification(osv.TransientModel):
    _name = 'web_socketio.demo.notification'
    _inherit = ['postgres.notification']
    _description = 'Notification to the browsers of chosen users'
    _postgres_channel = 'web_socketio_demo'

    def _default_recipients(self, cr, uid, context=None):
        """The users that are open or selected where the action was chosen."""
        if not context or context.get('active_model') != 'res.users':
            return False
        return context.get('active_ids')

    _columns = {
        'subject': fields.char('Subject', size=256, required=True),
        'text': fields.text('Text', required=True),
        'kind': fields.selection(
            [('info', 'Information'), ('success', 'Success'), ('warning', 'Warning'), ('danger', 'Danger')],
            'Kind',
            required=True,
        ),
        'sticky': fields.boolean('Sticky', help='Stay on the screen until the user closes it.'),
        'recipient_ids': fields.many2many(
            'res.users', 'web_socketio_demo_notification_users', 'notification_id', 'user_id', 'Recipients', required=True
        ),
    }
    _defaults = {
        'kind': 'info',
        'recipient_ids': _default_recipients,
    }

    def action_send(self, cr, uid, ids, context=None):
        for notification in self.browse(cr, uid, ids, context=context):
            for user in notification.recipient_ids:
                self.committed_notify(
                    cr,
                    uid,
                    to_id=user.id,
                    subject=notification.subject,
                    text=notification.text,
                    kind=notification.kind,
                    sticky=notification.sticky,
                )
        return {'type': 'ir.actions.act_window_close'}
