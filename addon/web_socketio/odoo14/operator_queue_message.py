# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging

from odoo import _, fields, models
from odoo.exceptions import UserError

from ..common import operator
from .operator_notice import notice

_logger = logging.getLogger(__name__)


class WebSocketIOQueueMessage(models.Model):
    """What a message says is not shown: it may be of people with whom an operator has no business."""
    _name = 'web_socketio.queue.message'
    _inherit = 'web_socketio.operator'
    _description = 'Messages that wait in queues'
    _auto = False
    _table_query = operator.MESSAGES
    _rec_name = 'channel'
    _order = 'id'

    channel = fields.Char(readonly=True)
    state = fields.Selection(
        [('waiting', 'Waiting'), ('held', 'Being handled'), ('dead', 'Dead')], readonly=True,
        help='A dead letter failed too often: nobody gets it unless you try it again.',
    )
    date = fields.Datetime('Sent', readonly=True)
    user_id = fields.Many2one('res.users', 'Sent By', readonly=True)
    attempts = fields.Integer('Failed Attempts', readonly=True)
    dead = fields.Datetime('Dead Since', readonly=True)
    size = fields.Integer('Size (bytes)', readonly=True)

    def action_try_again(self):
        self._check_operator()
        done = operator.try_again(self.env.cr, self.ids)
        self._settle('Put back', done, {
            'waiting': lambda id_: _('Message %s waits already: a sidecar takes it when somebody listens.', id_),
            'held': lambda id_: _('Message %s is being handled.', id_),
        })
        return notice(_('Put back'), _('%s message(s) wait again, with no failed attempt.', len(done)))

    def action_delete(self):
        self._check_operator()
        done = operator.delete(self.env.cr, self.ids)
        self._settle('Deleted', done, {
            'held': lambda id_: _(
                'Message %s is being handled. It goes when that succeeds, and can be deleted when it fails.', id_
            ),
        })
        return notice(_('Deleted'), _('%s message(s) are deleted.', len(done)))

    def _settle(self, what, done, reasons):
        """Write down what was done, or say of the first messages why nothing was.

        :param done: ids
        :param reasons: by the state of a message a function of its id, which returns a sentence
        """
        if done:
            _logger.info('%s by user %s: queue messages %s', what, self.env.uid, sorted(done))
            return
        states = operator.states(self.env.cr, self.ids)
        lines = [reasons.get(states.get(id_), _gone)(id_) for id_ in self.ids[:5]]
        raise UserError('\n'.join(lines) or _('No message is selected.'))


def _gone(id_):
    return _('Message %s is gone: it was handled or deleted meanwhile.', id_)
