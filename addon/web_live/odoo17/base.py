# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import models


class Base(models.AbstractModel):
    _inherit = 'base'

    #: Set it on a class, and pages that show records of the model follow what others change.
    _live = False

    def unlink(self):
        if self and self._name in self.env['web_live.model']._live_names():
            # Deleted rows cannot say who deleted them. Until the end of the transaction.
            self.env.cr.execute("SELECT set_config('web_live.uid', %s, true)", [str(self.env.uid)])
        return super().unlink()
