# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from contextlib import closing
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests.common import TransactionCase

from .. import hooks
from ..odoo17 import live_trigger, web_live_model
from .live_case import LiveCase


class TestHooks(TransactionCase):

    def test_series_with_other_views_is_refused(self):
        with patch.object(hooks, 'IS_SERVED', False), patch.object(hooks, 'SERIES', '16.0'):
            with self.assertRaisesRegex(UserError, r'on the series 16\.0\. It is made for 17\.0, 18\.0, 19\.0\.$'):
                hooks.pre_init_hook(self.env)

    def test_running_series_is_let_in(self):
        self.assertIsNone(hooks.pre_init_hook(self.env))


class TestUninstall(LiveCase):

    def test_it_waits_for_nobody_for_long_and_says_what_to_do(self):
        self.env.cr.execute("SET LOCAL statement_timeout = '30s'")
        with closing(db_connect(self.env.cr.dbname).cursor()) as reader:
            reader.execute('SELECT FROM res_partner_industry')
            with patch.object(web_live_model, 'UNINSTALL_PATIENCE_MS', 100):
                with self.assertRaisesRegex(UserError, r'^Others use the tables of live models right now, .*: try again in a minute\.$'):
                    hooks.uninstall_hook(self.env)
        self.assertTrue(live_trigger.read_triggers(self.env.cr))

    def test_what_comes_after_it_waits_as_long_as_before(self):
        self.env.cr.execute("SET LOCAL lock_timeout = '7s'")
        hooks.uninstall_hook(self.env)
        self.env.cr.execute('SHOW lock_timeout')
        self.assertEqual(self.env.cr.fetchone(), ('7s',))
        self.assertEqual(live_trigger.read_triggers(self.env.cr), {})
