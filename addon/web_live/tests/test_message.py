# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from .live_case import LiveCase


class TestMessage(LiveCase):

    def _message(self, op, ids, model=LiveCase.MODEL):
        return {'model': model, 'op': op, 'ids': ids, 'keys': [model] + ['%s,%s' % (model, id_) for id_ in ids]}

    def test_who_creates_changes_or_deletes_is_named(self):
        self.told()
        one, other = self.records.with_user(self.user).sudo().create([{'name': 'One'}, {'name': 'Other'}])
        self.assertEqual(self.told(), [(self.user.id, self._message('create', [one.id, other.id]))])
        other.name = 'Changed'
        other.flush_recordset()
        self.assertEqual(self.told(), [(self.user.id, self._message('write', [other.id]))])
        one.unlink()
        self.assertEqual(self.told(), [(self.user.id, self._message('unlink', [one.id]))])

    def test_a_change_by_sql_names_nobody(self):
        record = self.records.create({'name': 'One'})
        self.told()
        self.env.cr.execute(
            "UPDATE res_partner_industry SET write_date = '2020-02-02' WHERE id = %s", [record.id])
        self.assertEqual(self.told(), [(None, self._message('write', [record.id]))])

    def test_more_than_a_hundred_are_many(self):
        self.told()
        records = self.records.create([{'name': str(number)} for number in range(100)])
        self.assertEqual(self.told(), [(self.env.uid, self._message('create', sorted(records.ids)))])
        self.records.create({'name': 'One more'})
        self.told()
        # By SQL: Odoo itself writes a hundred at a time.
        self.env.cr.execute('UPDATE res_partner_industry SET active = false WHERE id >= %s', [records[0].id])
        many = {'model': self.MODEL, 'op': 'many', 'ids': None, 'keys': [self.MODEL, self.MODEL + ',*']}
        self.assertEqual(self.told(), [(self.env.uid, many)])

    def test_a_statement_that_touches_nothing_is_nothing(self):
        self.told()
        self.env.cr.execute("UPDATE res_partner_industry SET active = false WHERE id = 0")
        self.env.cr.execute("DELETE FROM res_partner_industry WHERE id = 0")
        self.assertEqual(self.told(), [])

    def test_other_models_are_not_told(self):
        self.told()
        self.env['res.partner.category'].create({'name': 'Of no interest'})
        self.assertEqual(self.told(), [])

    def test_a_model_changes_with_what_it_inherits_from(self):
        self.choose('res.users')
        self.told()
        self.user.partner_id.name = 'Anna Other'
        # Odoo may need several statements.
        message = self._message('write', [self.user.id], 'res.users')
        self.assertIn((self.env.uid, message), self.told())
        self.env['res.partner'].create({'name': 'Nobody'}).name = 'Nobody else'
        self.assertEqual(self.told(), [])
        self.user.name = 'Anna Third'
        told = self.told()
        self.assertEqual(told, [(self.env.uid, message)] * len(told))
        self.assertTrue(told)
