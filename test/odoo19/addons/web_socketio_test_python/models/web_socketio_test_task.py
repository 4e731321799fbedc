# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models
from odoo.exceptions import UserError


class WebSocketIOTestTask(models.AbstractModel):
    _name = 'web_socketio_test_python.task'
    _inherit = 'postgres.notification'
    _description = 'Tasks that somebody does'
    _postgres_channel = 'web_socketio_test_python.task'

    @api.model
    def give(self, numbers):
        for number in numbers:
            self.committed_notify(number=number)

    @api.model
    def do(self, number):
        """Leave a partner for each task that is done; the first attempt at number 0 fails."""
        name = 'Task %s' % number
        if number == 0 and not self.env['ir.config_parameter'].sudo().get_param('web_socketio_test_python.failed'):
            raise UserError('Not yet')
        self.env['res.partner'].sudo().create({'name': name})
        return name

    @api.model
    def fail_no_more(self):
        self.env['ir.config_parameter'].sudo().set_param('web_socketio_test_python.failed', '1')

    @api.model
    def rest(self):
        """Keep a cursor for a while, and return how many do."""
        self.env.cr.execute("SELECT pg_sleep(0.3)")
        self.env.cr.execute("""
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state <> 'idle' AND query LIKE 'SELECT pg_sleep(0.3)%'
                OR pid = pg_backend_pid()
        """)
        return self.env.cr.fetchone()[0]
