# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests.common import TransactionCase


class TestDescription(TransactionCase):

    def test_list_of_addons_shows_description_and_icon(self):
        addon = self.env['ir.module.module'].search([('name', '=', 'web_socketio_bus')])
        self.assertIn('<code>/websocket</code>', addon.description_html)
        self.assertEqual(addon.icon, '/web_socketio_bus/static/description/icon.png')
        self.assertTrue(addon.icon_image)
