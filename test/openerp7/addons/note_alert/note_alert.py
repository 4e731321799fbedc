# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.osv import fields, osv


class note_alert(osv.osv):
    _name = 'note.alert'
    _description = 'Alert to one user'
    _inherit = ['postgres.notification']
    _postgres_channel = 'note_alert'

    _columns = {
        'user_id': fields.many2one('res.users', 'To', required=True),
        'text': fields.char('Text', size=64),
    }
    _sql_constraints = [('text_unique', 'UNIQUE (text)', 'There is such an alert already')]

    def send(self, cr, uid, ids, context=None):
        """Tell of alerts when the transaction commits."""
        for alert in self.browse(cr, uid, ids, context=context):
            self.committed_notify(cr, uid, to_id=alert.user_id.id, text=alert.text)
        return True

    def send_and_fail(self, cr, uid, ids, context=None):
        self.send(cr, uid, ids, context=context)
        self.notify(cr, uid, to_id=uid, text='sent at once')
        raise osv.except_osv('Error!', 'It failed')

    def format_alerts(self, cr, uid, alerts, context=None):
        return [{'text': alert['text'].upper()} for alert in alerts]

    def notify(self, cr, uid, **values):
        """An override, as some addons have it."""
        return super(note_alert, self).notify(cr, uid, **values)

    def read_context(self, cr, uid, context=None):
        return context

    def no_context(self, cr, uid, first):
        return first
