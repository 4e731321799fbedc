# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.tests.common import TransactionCase

from ..hooks import run_script


class TestSchema(TransactionCase):

    def _row(self, row_id):
        self.env.cr.execute('SELECT txid = txid_current(), channel, message FROM bus_bus WHERE id = %s', [row_id])
        return self.env.cr.fetchone()

    def test_notifications_have_their_transaction(self):
        row = self.env['bus.bus'].sudo().create({'channel': '["db","x"]', 'message': '{}'})
        self.assertEqual(self._row(row.id), (True, '["db","x"]', '{}'))

    def test_a_mark_is_a_notification_of_its_own_kind(self):
        self.env.cr.execute("SELECT web_socketio_bus_mark('{\"upto\": \"1:1:\"}')")
        [row_id] = self.env.cr.fetchone()
        is_current, channel, message = self._row(row_id)
        self.assertTrue(is_current)
        self.assertEqual(channel, '["%s","web_socketio_bus.position"]' % self.env.cr.dbname)
        self.assertEqual(
            json.loads(message), {'type': 'web_socketio_bus.position', 'payload': {'upto': '1:1:'}})

    def test_transactions_of_another_server_are_taken_off(self):
        rows = self.env['bus.bus'].sudo().create([{'channel': 'x', 'message': '{}'}] * 2)
        self.env.cr.execute('UPDATE bus_bus SET txid = txid + 1000000 WHERE id = %s', [rows[0].id])
        self.env.cr.execute('UPDATE bus_bus SET txid = 7 WHERE id = %s', [rows[1].id])
        self.env.cr.execute('SELECT web_socketio_bus_heal() >= 1')
        self.assertTrue(self.env.cr.fetchone()[0])
        self.env.cr.execute('SELECT txid FROM bus_bus WHERE id = ANY(%s) ORDER BY id', [rows.ids])
        self.assertEqual(self.env.cr.fetchall(), [(None,), (7,)])

    def test_the_script_may_run_again(self):
        row = self.env['bus.bus'].sudo().create({'channel': 'x', 'message': '{}'})
        run_script(self.env.cr, 'schema.sql')
        self.assertTrue(self._row(row.id)[0])
