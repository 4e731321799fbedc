# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    def session_info(self):
        """Name the live models that the user may read, so that other pages open nothing."""
        info = super().session_info()
        if self.env.user._is_internal():
            access = self.env['ir.model.access']
            names = self.env['web_live.model']._live_names()
            info['web_live'] = {
                'models': sorted(name for name in names if access.check(name, 'read', raise_exception=False)),
            }
        return info
