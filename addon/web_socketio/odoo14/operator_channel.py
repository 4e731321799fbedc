# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

from ..common import operator


class WebSocketIOChannel(models.Model):
    _name = 'web_socketio.channel'
    _inherit = 'web_socketio.operator'
    _description = 'Channels of messages'
    _auto = False
    _table_query = operator.CHANNELS
    _order = 'per_minute desc, name'

    name = fields.Char('Channel', readonly=True)
    mode = fields.Selection(
        [('each', 'A copy for each page'), ('queue', 'Queue'), ('unread', 'Nobody reads it')], readonly=True,
        help='As the sidecars said last: by the first adapter of an installed addon. Empty if none says it.',
    )
    per_minute = fields.Integer(
        'Last Minute', readonly=True, help='Messages that a sidecar read in the last minute, whatever became of them.',
    )
    kept = fields.Integer(
        'In the Table', readonly=True,
        help='Messages that wait in a queue, or are kept for pages that come back; %d stands for more.'
             % operator.MOST_COUNTED,
    )
    dead = fields.Integer(readonly=True, help='Messages of a queue that failed too often.')
    oldest = fields.Datetime(readonly=True)
    newest = fields.Datetime(readonly=True)
