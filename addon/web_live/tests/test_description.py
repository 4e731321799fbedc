# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests.common import TransactionCase


class TestDescription(TransactionCase):

    def test_list_of_addons_shows_description_and_icon(self):
        addon = self.env['ir.module.module'].search([('name', '=', 'web_live')])
        self.assertIn('<em>Settings → Technical → Live Models</em>', addon.description_html)
        self.assertEqual(addon.icon, '/web_live/static/description/icon.png')
        self.assertTrue(addon.icon_image)
