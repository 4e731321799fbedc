# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, models

from ..common.route import PATHS


class ResUsers(models.Model):
    _inherit = 'res.users'

    @api.model
    def _auth_timeout_get_ignored_urls(self):
        """Of OCA's `auth_session_timeout`, where it is installed: our routes keep nobody logged in."""
        inherited = getattr(super(), '_auth_timeout_get_ignored_urls', None)
        return (list(inherited()) if inherited else []) + list(PATHS)
