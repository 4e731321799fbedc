# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from functools import partial

from odoo import models

from ..common import token
from ..common.inspection import end_sessions


class ResDevice(models.Model):
    _inherit = 'res.device'

    def _revoke(self):
        """End the tokens of the sessions whose files Odoo deletes: by these it is called from everywhere."""
        hashes = [token.session_hash(one) for one in set(self.mapped('session_identifier'))]
        result = super()._revoke()
        # After the commit, with an own cursor: this request may hold the rows that have to be ended.
        self.env.cr.postcommit.add(partial(end_sessions, self.env.registry.cursor, hashes))
        return result
