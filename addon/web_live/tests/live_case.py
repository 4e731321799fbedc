# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import json

from odoo.tests.common import TransactionCase


class LiveCase(TransactionCase):
    """A database with one live model, res.partner.industry unless a test says another one."""

    MODEL = 'res.partner.industry'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = cls.env[cls.MODEL]
        cls.choice = cls.choose(cls.MODEL)
        cls.addClassCleanup(cls.registry.clear_cache)
        cls.user = cls.env['res.users'].create({'name': 'Anna', 'login': 'anna of the tests'})
        cls.view = cls.env['web_live.view'].with_user(cls.user)

    @classmethod
    def choose(cls, name):
        return cls.env['web_live.model'].create({'model_id': cls.env['ir.model']._get_id(name)})

    def told(self):
        """Return the messages of this transaction, and forget them."""
        self.env.flush_all()
        self.env.cr.execute("""
            WITH own AS (DELETE FROM web_socketio_message WHERE channel = 'web_live' RETURNING id, uid, "values"::text)
            SELECT uid, "values" FROM own ORDER BY id
        """)
        return [(uid, json.loads(values)) for uid, values in self.env.cr.fetchall()]
