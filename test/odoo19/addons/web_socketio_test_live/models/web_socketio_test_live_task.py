# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class WebSocketioTestLiveTask(models.Model):
    _name = 'web_socketio_test_live.task'
    _description = 'Task'
    _order = 'sequence, id'
    _live = True

    name = fields.Char(required=True)
    state = fields.Selection(
        [('todo', 'To do'), ('doing', 'In progress'), ('done', 'Done')], default='todo', group_expand=True
    )
    sequence = fields.Integer(default=10)
    hours = fields.Integer()
    note = fields.Text()
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one('web_socketio_test_live.task')
    part_ids = fields.One2many('web_socketio_test_live.task', 'parent_id')
    company_id = fields.Many2one('res.company', default=lambda self: self.env.company)
    size = fields.Selection([('small', 'Small'), ('large', 'Large')], compute='_compute_size', store=True)
    in_same_state = fields.Integer(compute='_compute_in_same_state')

    @api.depends('hours')
    def _compute_size(self):
        for task in self:
            task.size = 'large' if task.hours > 8 else 'small'

    @api.depends('state')
    def _compute_in_same_state(self):
        for task in self:
            task.in_same_state = self.search_count([('state', '=', task.state)])

    @api.model
    def create_and_fail(self, values):
        """Writes, and is rolled back."""
        self.create(values)
        self.search([]).write({'note': 'never'})
        self.env.flush_all()
        raise ValueError('rolled back')
