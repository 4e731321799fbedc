# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

from ..common import operator


class WebSocketIOProcess(models.Model):
    _name = 'web_socketio.process'
    _inherit = 'web_socketio.operator'
    _description = 'Sidecars and Python workers'
    _auto = False
    _table_query = operator.PROCESSES
    _order = 'kind, name, since desc, id'

    name = fields.Char(readonly=True)
    kind = fields.Selection([('sidecar', 'Sidecar'), ('worker', 'Python worker')], readonly=True)
    state = fields.Selection(
        [('running', 'Running'), ('silent', 'Not heard of'), ('stopped', 'Stopped')], readonly=True,
        help='A sidecar with pages is heard of every 10 seconds, one without every minute, a worker every 2 seconds.',
    )
    version = fields.Char(readonly=True, help='Of a sidecar its release, of a Python worker the version of its link.')
    since = fields.Datetime('Running Since', readonly=True)
    seen = fields.Datetime('Last Heard Of', readonly=True)
    users = fields.Integer(readonly=True, help='Users with a page that is connected to it.')
    web_sockets = fields.Integer('Pages by WebSocket', readonly=True)
    pollings = fields.Integer('Pages by Long-Polling', readonly=True)
    bus_sockets = fields.Integer("Sockets of Odoo's Bus", readonly=True)
    workers = fields.Integer('Linked Workers', readonly=True)
