# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests.common import new_test_user

from ..odoo17 import live_trigger
from .live_case import LiveCase


class TestChoice(LiveCase):

    def _there(self, model):
        return sorted(
            (trigger.table, trigger.name, trigger.event)
            for trigger in live_trigger.read_triggers(self.env.cr) if trigger.arguments[0] == model
        )

    def _assert_refused(self, name, sentence):
        # With a savepoint, as the end of a request would be.
        with self.assertRaises(UserError) as caught:
            self.choose(name)
        self.assertRegex(str(caught.exception), sentence)

    def test_a_choice_makes_triggers_and_its_end_takes_them(self):
        table = 'res_partner_industry'
        self.assertEqual(self._there(self.MODEL), [
            (table, 'web_live_%s_%s' % (event, table), event) for event in ('delete', 'insert', 'truncate', 'update')
        ])
        self.assertEqual((self.choice.model, self.choice.state, self.choice.reason), (self.MODEL, 'live', False))
        self.assertIn(self.MODEL, self.choice._live_names())
        self.told()
        self.choice.unlink()
        self.assertEqual(self._there(self.MODEL), [])
        self.assertNotIn(self.MODEL, self.choice._live_names())
        off = {'model': self.MODEL, 'op': 'off', 'ids': None, 'keys': [self.MODEL, self.MODEL + ',*']}
        self.assertEqual(self.told(), [(None, off)])

    def test_what_is_inherited_from_has_a_trigger_too(self):
        self.choose('res.users')
        self.assertIn(
            ('res_partner', 'web_live_update_res_users_partner_id', 'update'), self._there('res.users'))

    def test_a_model_that_goes_takes_its_triggers_also_where_its_class_says_that_it_is_live(self):
        model = self.env['ir.model'].create({'name': 'Own', 'model': 'x_own'})
        with patch.object(self.env.registry['x_own'], '_live', True):
            self.choose('x_own').unlink()
            self.assertIn('x_own', self.choice._live_names())
            self.told()
            model.unlink()
        self.assertNotIn('x_own', self.choice._live_names())
        self.assertEqual(self._there('x_own'), [])
        off = {'model': 'x_own', 'op': 'off', 'ids': None, 'keys': ['x_own', 'x_own,*']}
        self.assertEqual(self.told(), [(None, off)])

    def test_missing_triggers_show_and_are_made_again(self):
        self.env.cr.execute('DROP TRIGGER web_live_update_res_partner_industry ON res_partner_industry')
        self.choice.invalidate_recordset()
        self.assertEqual(self.choice.state, 'waiting')
        self.assertIn('Triggers are missing', self.choice.reason)
        self.choice.action_try_again()
        self.choice.invalidate_recordset()
        self.assertEqual(self.choice.state, 'live')

    def test_what_cannot_be_live_is_refused_in_a_sentence(self):
        self._assert_refused('mail.thread' if 'mail.thread' in self.env else 'image.mixin', r'is abstract and has no records: ')
        self._assert_refused('base.language.install', r'^The model base\.language\.install is of a wizard, ')
        self._assert_refused(self.MODEL, r'^The model res\.partner\.industry is in the list already\.$')
        with self.assertRaisesRegex(UserError, r'^There is no model with the id 0: '):
            self.env['web_live.model'].create({'model_id': 0})

    def test_a_view_of_the_database_is_refused(self):
        self.env.cr.execute('ALTER TABLE res_partner_category RENAME TO elsewhere')
        self._assert_refused('res.partner.category', r'has no table of its own')
        self.env.cr.execute('CREATE VIEW res_partner_category AS SELECT * FROM elsewhere')
        self._assert_refused('res.partner.category', r'is a view of the database, res_partner_category: ')

    def test_a_choice_stays_with_its_model(self):
        self.choice.write({'model_id': self.choice.model_id.id})
        with self.assertRaisesRegex(UserError, r'^A choice stays with its model: '):
            self.choice.write({'model_id': self.env['ir.model']._get_id('res.users')})

    def test_only_administrators_choose(self):
        employee = new_test_user(self.env, 'employee of the tests')
        for forbidden in (
            lambda: self.choice.with_user(employee).action_try_again(),
            lambda: self.choice.with_user(employee).read(['model']),
            lambda: self.choice.with_user(employee).unlink(),
            lambda: self.env['web_live.model'].with_user(employee).create({'model_id': self.choice.model_id.id}),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_long_names_of_triggers_differ(self):
        names = {live_trigger._name_of('update', 'x' * 60 + last, ()) for last in 'ab'}
        self.assertEqual([len(name) for name in names], [63, 63])
