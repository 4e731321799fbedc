# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
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

    def test_what_is_no_id_is_left_out(self):
        partner = self.user.partner_id.id
        wrong = [None, True, 'x', 1.5, -1, 0, 2 ** 31, 2 ** 70, [partner], {}]
        self.assertEqual(self.view.open_view(self.MODEL, wrong + [partner]), {'live': True, 'ids': [partner]})

    def test_a_thousand_ids_are_the_most(self):
        partner = self.user.partner_id.id
        self.assertEqual(self.view.open_view(self.MODEL, [0] * 1000 + [partner]), {'live': True, 'ids': []})
