# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError
from odoo.tests.common import new_test_user

from .live_case import LiveCase

NOTHING = {'live': False, 'ids': []}


class TestOpenView(LiveCase):

    MODEL = 'res.partner'

    def test_ids_are_those_that_the_user_may_read(self):
        partners = self.records.create([{'name': name} for name in ('One', 'Hidden', 'Archived')])
        partners[2].active = False
        self.env['ir.rule'].create({
            'name': 'Not this one',
            'model_id': self.env['ir.model']._get_id(self.MODEL),
            'domain_force': "[('name', '!=', 'Hidden')]",
        })
        self.assertEqual(
            self.view.open_view(self.MODEL, [partners[2].id, partners[1].id, partners[0].id]),
            {'live': True, 'ids': [partners[2].id, partners[0].id]},
        )
        self.assertEqual(self.view.open_view(self.MODEL, []), {'live': True, 'ids': []})

    def test_what_is_not_live_or_may_not_be_read_is_not_live(self):
        self.assertEqual(self.view.open_view('res.partner.category', [1]), NOTHING)
        self.assertEqual(self.view.open_view('no.such.model', [1]), NOTHING)
        self.choose('ir.cron')
        self.assertEqual(self.view.open_view('ir.cron', [1]), NOTHING)

    def test_the_companies_are_those_of_the_view(self):
        mine = self.user.company_id
        other = self.env['res.company'].create({'name': 'Other Ltd'})
        self.user.company_ids += other
        self.env['ir.rule'].create({
            'name': 'Of the companies that are chosen',
            'model_id': self.env['ir.model']._get_id(self.MODEL),
            'domain_force': "[('company_id', 'in', company_ids)]",
        })
        ids = [self.records.create({'name': one.name, 'company_id': one.id}).id for one in (mine, other)]
        view = self.view.with_context(allowed_company_ids=mine.ids)
        self.assertEqual(view.open_view(self.MODEL, ids), {'live': True, 'ids': ids[:1]})
        for wrong in (None, [], 'x', 1):
            self.assertEqual(view.open_view(self.MODEL, ids, wrong), {'live': True, 'ids': ids[:1]})
        for companies, seen in ((other.ids, ids[1:]), ((mine + other).ids, ids)):
            context = {'allowed_company_ids': companies, 'active_test': True}
            self.assertEqual(view.open_view(self.MODEL, ids, context), {'live': True, 'ids': seen})

    def test_companies_that_are_not_his_are_refused(self):
        other = self.env['res.company'].create({'name': 'Other Ltd'})
        with self.assertRaises(AccessError):
            self.view.open_view(self.MODEL, [1], {'allowed_company_ids': other.ids})

    def test_who_is_no_employee_learns_nothing(self):
        portal = new_test_user(self.env, 'portal of the tests', groups='base.group_portal')
        self.assertTrue(self.records.with_user(portal).search([('id', '=', portal.partner_id.id)]))
        view = self.env['web_live.view'].with_user(portal)
        self.assertEqual(view.open_view(self.MODEL, portal.partner_id.ids), NOTHING)

    def test_what_is_no_id_is_left_out(self):
        partner = self.user.partner_id.id
        wrong = [None, True, 'x', 1.5, -1, 0, 2 ** 31, 2 ** 70, [partner], {}]
        self.assertEqual(self.view.open_view(self.MODEL, wrong + [partner]), {'live': True, 'ids': [partner]})

    def test_a_thousand_ids_are_the_most(self):
        partner = self.user.partner_id.id
        self.assertEqual(self.view.open_view(self.MODEL, [0] * 1000 + [partner]), {'live': True, 'ids': []})
