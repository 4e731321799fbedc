# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests.common import TransactionCase

from .. import hooks


class TestHooks(TransactionCase):

    def test_series_with_other_views_is_refused(self):
        with patch.object(hooks, 'IS_SERVED', False), patch.object(hooks, 'SERIES', '16.0'):
            with self.assertRaisesRegex(UserError, r'on the series 16\.0\. It is made for 17\.0, 18\.0, 19\.0\.$'):
                hooks.pre_init_hook(self.env)

    def test_running_series_is_let_in(self):
        self.assertIsNone(hooks.pre_init_hook(self.env))
