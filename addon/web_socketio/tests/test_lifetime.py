# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests.common import TransactionCase

from ..common import lifetime


class TestLifetime(TransactionCase):

    def test_without_parameter_it_is_15_minutes(self):
        for nothing in (False, None, ''):
            self.assertEqual(lifetime.read(nothing), 900)

    def test_bounds(self):
        self.assertEqual(lifetime.read('60'), 60)
        self.assertEqual(lifetime.read('31536000'), 31536000)
        for text in ('59', '31536001', '-60', '900.0', ' 900', '9' * 1000, u'\u00b2', 'soon'):
            with self.assertRaisesRegex(ValueError, 'Give a number of seconds, 60 to 31536000'):
                lifetime.read(text)

    def test_wrong_value_is_logged_once(self):
        with self.assertLogs(lifetime.__name__, 'WARNING') as logs:
            self.assertEqual([lifetime.read_or_default('never') for _ in range(2)], [900, 900])
        self.assertEqual(len(logs.records), 1)
        self.assertIn("'never'", logs.records[0].getMessage())
