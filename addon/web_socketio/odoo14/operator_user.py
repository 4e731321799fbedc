# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import logging

from odoo import _, fields, models
from odoo.exceptions import UserError

from ..common import operator
from .operator_notice import notice

_logger = logging.getLogger(__name__)


class WebSocketIOUser(models.Model):
    _name = 'web_socketio.user'
    _inherit = 'web_socketio.operator'
    _description = 'Connected users'
    _auto = False
    _table_query = operator.USERS
    _rec_name = 'user_id'
    _order = 'pages desc, id'

    user_id = fields.Many2one('res.users', 'User', readonly=True)
    pages = fields.Integer(readonly=True, help='Tabs of browsers, and whatever else is connected as this user.')
    web_sockets = fields.Integer('By WebSocket', readonly=True)
    pollings = fields.Integer('By Long-Polling', readonly=True)
    latency = fields.Integer(
        'Latency (ms)', readonly=True,
        help="How long the last answer to a ping took, over the slowest of the user's WebSockets. Each is pinged every 25 "
             'seconds; 0 until then, and with long-polling.',
    )

    def action_disconnect(self):
        self._check_operator()
        gone = operator.disconnect(self.env.cr, self.ids)
        names = ', '.join(self.env['res.users'].sudo().browse(self.ids).exists().mapped('name'))
        if not gone:
            raise UserError(_(
                '%s: no page is connected any more. Choose the menu again to see who is.',
                names or _('This user was deleted'),
            ))
        _logger.info('User %s disconnected the pages of users %s', self.env.uid, sorted(gone))
        return notice(_('Disconnected'), _(
            '%s: a page whose session is still good comes back with a new token. To keep a user out, archive the user.',
            names,
        ))
