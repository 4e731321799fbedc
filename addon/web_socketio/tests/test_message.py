# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests.common import TransactionCase

from ..common import message


class Undone(Exception):
    pass


class TestMessage(TransactionCase):

    def rows(self, channel):
        self.env.cr.execute('SELECT uid, "values"::text FROM web_socketio_message WHERE channel = %s ORDER BY id', [channel])
        return self.env.cr.fetchall()

    def send(self, channel, values):
        message.insert(self.env.cr, 'my.model', channel, 7, values, str)

    def test_is_a_row_of_the_transaction(self):
        self.send('test_row', {'text': u'\u00e9', 'count': 2})
        self.assertEqual(self.rows('test_row'), [(7, '{"text": "\\u00e9", "count": 2}')])

    def test_goes_with_its_savepoint(self):
        with self.assertRaises(Undone), self.env.cr.savepoint():
            self.send('test_undone', {})
            self.assertEqual(len(self.rows('test_undone')), 1)
            raise Undone()
        self.assertEqual(self.rows('test_undone'), [])

    def test_model_without_channel_is_named(self):
        with self.assertRaisesRegex(ValueError, "'postgres.notification' needs the attribute _postgres_channel"):
            self.env['postgres.notification'].committed_notify(text='x')

    def test_channel_of_web_socketio_is_refused(self):
        with self.assertRaisesRegex(ValueError, "cannot send on the channel 'web_socketio.control'"):
            self.send(message.CONTROL_CHANNEL, {})
