# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from psycopg2 import errors

from odoo.tests.common import new_test_user
from odoo.tools import mute_logger

from ..odoo17 import web_live_view
from .live_case import LiveCase


class TestDiffer(LiveCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.records.create([{'name': name} for name in ('X a', 'X b', 'X c', 'X d')])
        cls.other = cls.records.create({'name': 'Y'})

    def _view(self, shown, **changes):
        return dict({
            'model': self.MODEL, 'domain': [('name', '=like', 'X%')], 'context': {}, 'order': 'name', 'offset': 0, 'limit': 2,
            'count_limit': None, 'grouped': False, 'ids': shown, 'count': 4, 'changed': None,
        }, **changes)

    def _differs(self, shown, **changes):
        self.env.flush_all()
        return self.view.differ([self._view(shown, **changes)])[0]

    def test_the_same_window_and_number_do_not_differ(self):
        first, second, third, _last = self.rows.ids
        self.assertFalse(self._differs([first, second]))
        self.assertFalse(self._differs([first, second], changed=[third]))
        self.assertFalse(self._differs([second, third], offset=1))
        self.assertFalse(self._differs(self.rows.ids, limit=None))

    def test_another_record_in_the_window_differs(self):
        first, second, third, _last = self.rows.ids
        self.assertTrue(self._differs([first, third]))
        self.assertTrue(self._differs([second, first]))
        self.rows[2].name = 'X aa'
        self.assertTrue(self._differs([first, second], changed=[third]))

    def test_another_number_differs_even_where_nothing_that_changed_matches(self):
        first, second, _third, last = self.rows.ids
        self.rows[3].name = 'Gone'
        self.assertTrue(self._differs([first, second], changed=[last]))
        self.assertFalse(self._differs([first, second], changed=[self.other.id], count=3))

    def test_beyond_the_limit_numbers_are_the_same(self):
        first, second, _third, _last = self.rows.ids
        self.assertFalse(self._differs([first, second], count_limit=3, count=3))
        self.assertFalse(self._differs([first, second], count_limit=3, count=4))
        self.assertTrue(self._differs([first, second], count_limit=3, count=2))

    def test_rows_that_are_equal_by_the_order_may_come_in_another_one(self):
        first, second, third, _last = self.rows.ids
        self.assertFalse(self._differs([second, first], changed=[third]))

    def test_groups_differ_by_what_matches_and_by_their_number(self):
        first = self.rows.ids[0]
        groups = {'grouped': True, 'limit': None}
        self.assertTrue(self._differs([], changed=[first], **groups))
        self.assertFalse(self._differs([], changed=[self.other.id], **groups))
        self.assertFalse(self._differs([], **groups))
        self.assertTrue(self._differs([], count=5, **groups))

    def test_archived_records_count_as_the_page_says(self):
        self.rows[1].active = False
        first, second, third, _last = self.rows.ids
        self.assertFalse(self._differs([first, third], count=3))
        self.assertFalse(self._differs([first, second], context={'active_test': False}))

    def test_domains_of_any_form_are_joined_to_what_changed(self):
        ids = self.rows.ids
        for domain in (
            [('name', '=like', 'X%'), ('active', '=', True)],
            ['|', ('name', '=', 'X a'), ('name', '=like', 'X%')],
            ['!', ('name', '=', 'Y'), ('name', '=like', 'X%')],
            [['name', '=like', 'X%']],
        ):
            self.assertFalse(self._differs(ids, domain=domain, limit=80, changed=[ids[0]]), domain)
        every = self.records.search([])
        self.assertFalse(self._differs(every.ids, domain=[], limit=None, order='', count=len(every), changed=[ids[0]]))

    def test_a_view_that_cannot_be_loaded_does_not_differ_and_spoils_no_other(self):
        first, second, third, _last = self.rows.ids
        for wrong in (
            {'domain': [('no_field', '=', 1)]}, {'domain': 'x'}, {'domain': [('id', '=', 2 ** 40)], 'count': 0, 'ids': []},
            {'order': 'no_field'}, {'context': {'allowed_company_ids': [2 ** 30]}}, {'context': None}, {'offset': 'x'},
            {'limit': -1}, {'count_limit': 'x'}, {'offset': 2 ** 70},
        ):
            # PostgreSQL refuses the last one.
            with mute_logger('odoo.sql_db'):
                self.assertFalse(self._differs([first, second], changed=[third], **wrong), wrong)
        self.assertTrue(self._differs([first, third]))

    def test_a_model_that_is_not_live_or_not_readable_does_not_differ(self):
        self.choose('ir.cron')
        for model in ('ir.cron', 'res.partner', 'no.such.model'):
            self.assertFalse(self._differs([1], model=model, domain=[], order='', count=7), model)

    def test_for_who_is_no_employee_nothing_differs(self):
        self.choose('res.partner')
        portal = new_test_user(self.env, 'portal of the tests', groups='base.group_portal')
        changes = {'model': 'res.partner', 'domain': [('id', '=', portal.partner_id.id)], 'count': 1}
        view = self._view([], **changes)
        self.assertEqual(self.view.differ([view]), [True])
        self.assertEqual(self.env['web_live.view'].with_user(portal).differ([view, view]), [False, False])

    def test_what_odoo_would_run_again_is_left_to_it(self):
        first, second, _third, _last = self.rows.ids
        for error in (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable):
            with patch.object(web_live_view, '_differs', side_effect=error), self.assertRaises(error):
                self._differs([first, second])
        # Of one view alone: what is too slow for a limit of the database would be so each time.
        with patch.object(web_live_view, '_differs', side_effect=[errors.QueryCanceled, True]):
            view = self._view([first, second])
            self.assertEqual(self.view.differ([view, view]), [False, True])
