# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import time

from odoo import api, models
from odoo.exceptions import UserError

# The advisory lock that everyone shares who rests.
RESTING = 20131


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
    def rest(self, others=0):
        """Keep a cursor until so many others do, too, for 30 seconds at most, and a while longer.

        Return how many did in the end.
        """
        self.env.cr.execute("SELECT pg_advisory_xact_lock_shared(%s)", [RESTING])
        for _ in range(300):
            if self._count_resting() > others:
                break
            time.sleep(0.1)
        # So that one who should have to wait is seen.
        time.sleep(0.3)
        return self._count_resting()

    def _count_resting(self):
        # Not pg_stat_activity, which shows a transaction the same all the time.
        self.env.cr.execute("""
            SELECT count(*) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objid = %s
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """, [RESTING])
        return self.env.cr.fetchone()[0]
