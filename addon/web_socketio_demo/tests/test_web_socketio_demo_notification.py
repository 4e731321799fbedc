# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.tests.common import TransactionCase


class TestWebSocketIODemoNotification(TransactionCase):

    def setUp(self):
        super().setUp()
        self.users = self.env['res.users'].create([{'name': name, 'login': name} for name in ('anna', 'ben')])

    def test_selected_users_are_the_recipients(self):
        wizard = self.env['web_socketio.demo.notification'].with_context(
            active_model='res.users', active_ids=self.users.ids
        ).create({'subject': 'Hello', 'text': 'World'})
        self.assertEqual(wizard.recipient_ids, self.users)

    def test_each_recipient_gets_a_message(self):
        wizard = self.env['web_socketio.demo.notification'].create(
            {'subject': 'Hello', 'text': 'World', 'kind': 'success', 'recipient_ids': [(6, 0, self.users.ids)]}
        )
        self.assertEqual(wizard.action_send(), {'type': 'ir.actions.act_window_close'})
        self.env.cr.execute("""
            SELECT uid, "values"::text FROM web_socketio_message WHERE channel = 'web_socketio_demo' ORDER BY id
        """)
        sent = [(uid, json.loads(values)) for uid, values in self.env.cr.fetchall()]
        message = {'subject': 'Hello', 'text': 'World', 'kind': 'success', 'sticky': False}
        self.assertEqual(sent, [(self.env.uid, dict(message, to_id=user.id)) for user in self.users])
